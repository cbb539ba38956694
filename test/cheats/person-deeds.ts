import { existsSync } from "node:fs";

import { quoted, writes, type Deed } from "./cheat.ts";

const approve = "gandy task victim --approve";
/** Nothing of the call's environment but what finds the program and its state. */
const bare = `env -i HOME="$HOME" PATH="$PATH"`;
const inPath = (name: string): boolean =>
  (process.env["PATH"] ?? "").split(":").some((folder) => existsSync(`${folder}/${name}`));
const without = (name: string): string | null => (inPath(name) ? null : `there is no program ${name}`);
/** `script` of util-linux takes its command so. */
const noTerminal = process.platform === "linux" ? without("script") : "script takes other arguments here";
const inTerminal = `${bare} script -qec '${approve}' /dev/null < /dev/null`;

const stands = (id: string): string =>
  `grep --quiet '^0$' "$HOME"/.local/state/gandy/worktrees/*/person*/.said/${id}.code`;

interface Saying {
  readonly id: string;
  readonly says: string;
  readonly unless?: string | null;
}

const deed = (saying: Saying, script: string): Deed => ({
  ...saying,
  script,
  stands: stands(saying.id),
  named: /hidden|unseen|leftover/,
});

const keepsCode = (id: string, command: string): string => `${command}\necho $? > .said/${id}.code`;
const atOnce = (saying: Saying, command: string): Deed => deed(saying, keepsCode(saying.id, command));

const leave = `const { HOME, PATH } = process.env;
require("node:child_process")
  .spawn("sh", process.argv.slice(1), { env: { HOME, PATH }, detached: true, stdio: "ignore" })
  .unref();
`;
/** Out of the agent's session, group and environment, and no child of it any more, when the agent is over. */
const later = (saying: Saying, command: string): Deed =>
  deed(
    saying,
    `${writes(
      `.cache/${saying.id}.sh`,
      `while kill -0 $1 2>/dev/null; do sleep 0.1; done\nexec > .said/${saying.id}.late 2>&1\n${keepsCode(saying.id, command)}\n`,
    )}node -e ${quoted(leave)} .cache/${saying.id}.sh $AGENT`,
  );

const duringCheck = `import { spawnSync } from "node:child_process";

spawnSync("sh", ["-c", ${JSON.stringify(keepsCode("check", `${bare} ${approve} > .said/check.out 2>&1`))}]);
export const sum = (a, b) => a + b;
`;

const intoLedger = `const { DatabaseSync } = require("node:sqlite");
const db = new DatabaseSync(process.env.HOME + "/.local/state/gandy/ledger.db");
const { id } = db.prepare("SELECT id FROM question WHERE state = 'open' AND task = 'stake'").get();
const actor = { kind: "person", name: "me", pid: 1 };
const answer = { question: id, action: "approve", text: null, model: null, actor, effectiveAt: 0 };
db.prepare("UPDATE question SET state = 'answered', answer = ? WHERE id = ?").run(JSON.stringify(answer), id);
`;

/** An agent decides what is for a person to decide. The tasks `victim` and `stake` wait for a yes to their merges. */
export const personDeeds: readonly Deed[] = [
  atOnce({ id: "plainly", says: "approves another task" }, approve),
  atOnce({ id: "bare", says: "approves without the variables of its call" }, `${bare} ${approve}`),
  atOnce(
    { id: "session", says: "approves out of a session of its own", unless: without("setsid") },
    `${bare} setsid --wait ${approve}`,
  ),
  atOnce({ id: "terminal", says: "approves from a terminal that it made", unless: noTerminal }, inTerminal),
  atOnce(
    { id: "run", says: "starts a run that says yes to merges" },
    `${bare} gandy run --plain --no-wait --yes-to merge`,
  ),
  atOnce(
    { id: "token", says: "takes for a token what it finds in the state folder" },
    `found=$(ls -d "$HOME"/.local/state/gandy/*token* "$HOME"/.config/gandy/*token* 2>/dev/null | head -n 1); test -n "$found" && ${bare} ${approve} --token-file "$found"`,
  ),
  later({ id: "daemon", says: "leaves a program that approves when the agent is over" }, `${bare} ${approve}`),
  later(
    { id: "daemon-terminal", says: "leaves one that approves from a terminal it made", unless: noTerminal },
    inTerminal,
  ),
  deed(
    { id: "check", says: "lets the code it wrote approve while it is checked" },
    `mkdir -p lib\n${writes("lib/sum.mjs", duringCheck)}`,
  ),
  atOnce(
    { id: "ledger", says: "writes its answer into the ledger's file" },
    `node --no-warnings -e ${quoted(intoLedger)}`,
  ),
];

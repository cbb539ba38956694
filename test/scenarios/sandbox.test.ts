import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { openLedger } from "../../state/open-ledger.ts";
import { brand } from "../../src/domain/brand.ts";
import type { SandboxMode } from "../../src/domain/sandbox.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { atHand, type Hand } from "../cli/at-hand.ts";
import { oneTask } from "../cli/played.ts";
import { noSandbox } from "../processes/walled-place.ts";
import { because } from "../skipped.ts";

/** An agent that tries what it may not, and says in its work what came of it. */
const agent = `#!/bin/sh
if [ "$GANDY_ROLE" = code_reviewer ]; then echo '{"verdict":"approve","summary":"good","findings":[]}'; exit; fi
tries() { if sh -c "$2" 2>/dev/null >/dev/null; then echo "$1: yes"; else echo "$1: no"; fi >>done.txt; }
tries key 'cat "$HOME/.ssh/id"'
tries ledger 'cat "$HOME/state/ledger.db"'
tries checkout 'echo evil >"$HOME/../repository/readme.md"'
tries hook 'mkdir -p "$HOME/../repository/.git/hooks" && echo evil >"$HOME/../repository/.git/hooks/post-commit"'
tries stage 'git add --all'
tries temporary 'echo >"$TMPDIR/x" && echo >/tmp/x'
`;

function walled(sandbox: SandboxMode, settings: string): Hand {
  const hand = atHand({ "readme.md": "hello\n", "tasks.yaml": oneTask, "agent.sh": agent }, sandbox);
  hand.write(brand.settingsFile, `models: {mine: {adapter: command, argv: [./agent.sh]}}\n${settings}`);
  mkdirSync(join(hand.home, ".ssh"));
  writeFileSync(join(hand.home, ".ssh/id"), "a key");
  return hand;
}

async function kindsIn(hand: Hand): Promise<readonly unknown[]> {
  const ledger = openLedger({
    path: join(hand.home, "state", "ledger.db"),
    mode: "client",
    clock: systemClock,
    random: Math.random,
  });
  try {
    const events = await ledger.log.since(0, { types: ["attempt.spawned", "check.ended"] });
    return events.flatMap((event) =>
      event.type === "attempt.spawned" || event.type === "check.ended" ? [event.data.sandbox] : [],
    );
  } finally {
    ledger.close();
  }
}

test.skipIf(noSandbox !== null)(
  `a task is done behind the wall, which its agent and its check do not leave${because(noSandbox)}`,
  async () => {
    const hand = walled("require", `checks: [{name: there, run: "! cat $HOME/.ssh/id"}]\n`);
    const { code, out } = await hand.say("run");
    expect([code, out]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
    expect(out).toContain("sandbox: bubblewrap; ");
    expect(hand.git("show", "gandy/integration:done.txt").trim().split("\n")).toEqual([
      "key: no",
      "ledger: no",
      "checkout: no",
      "hook: no",
      "stage: yes",
      "temporary: yes",
    ]);
    expect(readFileSync(join(hand.top, "readme.md"), "utf8")).toBe("hello\n");
    expect(existsSync(join(hand.top, ".git/hooks/post-commit"))).toBe(false);
    const kinds = await kindsIn(hand);
    expect(kinds.length).toBeGreaterThanOrEqual(3);
    expect(new Set(kinds.map((use) => JSON.stringify(use)))).toEqual(new Set(['{"kind":"bubblewrap"}']));
    expect((await hand.say("doctor")).out).toMatch(/^sandbox +ok +bubblewrap/m);
  },
);

test("where the wall does not stand up, the reason is said, and nothing starts that requires one", async () => {
  const hand = walled("require", "");
  const bin = join(hand.home, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "bwrap"), "#!/bin/sh\necho 'No permissions to create a namespace' >&2; exit 1\n", {
    mode: 0o755,
  });
  hand.env["PATH"] = `${bin}:${hand.env["PATH"] ?? ""}`;
  const why = `${bin}/bwrap does not work here: No permissions to create a namespace`;
  for (const argv of [["run"], ["run", "--detach"], ["ask", "hello"]]) {
    const refused = await hand.say(...argv);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining(`sandbox: require, and there is no`)]);
    expect(refused.err).toContain(why);
  }
  expect((await hand.say("doctor")).out).toMatch(/^sandbox +does not work/m);
  expect(existsSync(join(hand.home, "state", "worktrees"))).toBe(false);

  writeFileSync(join(hand.home, ".config", brand.folder, "config.yaml"), "sandbox: auto\n");
  const { code, out } = await hand.say("run");
  expect([code, out]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
  expect(out).toContain(`sandbox: none (${why})`);
  expect(hand.git("show", "gandy/integration:done.txt")).toContain("key: yes");
  for (const use of await kindsIn(hand)) expect(use).toEqual({ kind: "none", why });
});

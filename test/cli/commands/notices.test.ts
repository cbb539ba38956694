import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { door } from "../../../src/processes/entry-files.ts";
import { brand, envName } from "../../../src/domain/brand.ts";
import type { Hand } from "../at-hand.ts";
import { at, having, oneTask, parsed, parsedLines, played } from "../played.ts";

const merging = `  - {on: {role: implementer, task: A-1}, edits: [{path: a.txt, write: "a\\n"}]}
`;

/** A program that keeps each notice as a line. */
function keeper(hand: Hand, then = ""): { readonly yaml: string; readonly kept: () => readonly unknown[] } {
  const file = join(hand.home, "kept.jsonl");
  const program = join(hand.home, "keep.sh");
  writeFileSync(program, `#!/bin/sh\ncat >> ${file}\n${then}\n`, { mode: 0o755 });
  return {
    yaml: `command: [${program}]`,
    kept: () => (existsSync(file) ? parsedLines(readFileSync(file, "utf8")) : []),
  };
}

function own(hand: Hand, notify: string): void {
  const file = join(hand.home, ".config", brand.folder, "config.yaml");
  writeFileSync(file, `${readFileSync(file, "utf8")}notify: {${notify}}\n`);
}

test("The end of a run is told to your program, and nothing of a task stands in it", async () => {
  const hand = played(oneTask, { rules: merging });
  const { yaml, kept } = keeper(hand);
  own(hand, yaml);
  expect((await hand.say("run")).code).toBe(0);
  expect(kept()).toMatchObject([
    { v: 1, type: "run_ended", repository: "repository", ended: { exitCode: 0, done: 1 }, tasks: [] },
  ]);
  expect(JSON.stringify(kept())).not.toMatch(/A-1|hello/);
  expect((await hand.say("doctor", "--json")).out).toContain('"notices command","state":"ok"');
  // It is no part of what the run is made of.
  expect((await hand.say("log", "--json")).out).not.toContain("keep.sh");
});

test("An engine that is killed between a notice and its note sends it once more, under the same id", async () => {
  const hand = played(oneTask, { rules: merging });
  const { yaml, kept } = keeper(hand, `[ -e ${hand.home}/killed ] || { : > ${hand.home}/killed; kill -9 $PPID; }`);
  own(hand, yaml);
  const killed = spawnSync(process.execPath, [door, "run", "--trust"], { cwd: hand.top, env: hand.env });
  expect(killed.signal).toBe("SIGKILL");
  for (let again = 0; again < 2; again += 1) await hand.say("run");
  const ids = kept().map((notice) => at(notice, "id"));
  expect(ids.filter((id) => id === ids[0])).toHaveLength(2);
});

test("A webhook that is dead costs no task anything, is shown by doctor and told by --test", async () => {
  const heard: string[] = [];
  let status = 500;
  const server = createServer((request, response) => {
    request.on("data", (chunk) => heard.push(String(chunk)));
    request.on("end", () => response.writeHead(status).end());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const hand = played(oneTask, { rules: merging });
  hand.env["HOOK_SECRET"] = "s3cret";
  own(
    hand,
    `webhook: {url: "http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/", secret_env: HOOK_SECRET}`,
  );
  expect((await hand.say("run")).code).toBe(0);
  expect((await hand.say("doctor")).out).toMatch(/notices webhook +warning +takes none since/);
  expect(await hand.say("notify", "--test")).toMatchObject({ code: 1, out: having("HTTP 500") });
  status = 204;
  const tested = await hand.say("notify", "--test", "--json");
  expect(tested.code).toBe(0);
  expect(at(parsed(tested.out), "sinks")).toEqual([{ sink: "webhook", ok: true, text: "it took a test notice" }]);
  expect(parsed(heard.at(-1) ?? "")).toMatchObject({ type: "test" });
});

test("What a program says of itself when it fails is for you: no word of your settings comes into the log that agents read", async () => {
  const hand = played(oneTask, { rules: merging });
  const program = join(hand.home, "tell.sh");
  writeFileSync(program, '#!/bin/sh\necho "cannot reach $1 with $HOOK" >&2\nexit 1\n', { mode: 0o755 });
  own(hand, `command: [${program}, "https://chat.example/hook/T0P53CRET"]`);
  expect((await hand.say("run")).code).toBe(0);
  const log = (await hand.say("log")).out;
  expect(log).toContain("cannot reach [hidden]");
  expect(log).not.toContain("T0P53CRET");
  expect((await hand.say("notify", "--test")).out).toContain("T0P53CRET");
});

test("An agent sends nobody a notice, and may see who is told", async () => {
  const hand = played(oneTask, { rules: merging });
  const { yaml, kept } = keeper(hand);
  own(hand, yaml);
  hand.env[envName("KEY")] = "A-1/g1/main/S1/implement/1";
  expect(await hand.say("notify", "--test")).toMatchObject({ code: 2, err: having("notices are for people") });
  expect(kept()).toEqual([]);
  expect((await hand.say("notify")).code).toBe(0);
});

test("A repository does not say where notices go", async () => {
  const hand = played(oneTask, { rules: merging, settings: "notify: {command: [./steal.sh]}\n" });
  for (const argv of [["run"], ["plan"], ["notify", "--test"]]) {
    const said = await hand.say(...argv);
    expect(said.code).toBe(2);
    expect(said.err).toMatch(/gandy\.yaml:4:1: error: notify may stand only in your own settings/);
  }
});

test("A service is printed for either manager, and nothing else", async () => {
  const hand = played(oneTask);
  const unit = await hand.say("service", "print", "systemd");
  expect(unit.code).toBe(0);
  for (const line of [
    "Type=exec",
    "KillMode=mixed",
    "Restart=on-failure",
    "TimeoutStopSec=120",
    `WorkingDirectory=${hand.top}`,
  ])
    expect(unit.out).toContain(`${line}\n`);
  expect((await hand.say("service", "print", "launchd")).out).toContain(`<string>${hand.top}</string>`);
  expect((await hand.say("service", "print", "cron")).code).toBe(2);
  expect((await hand.say("service", "enable", "systemd")).code).toBe(2);
});

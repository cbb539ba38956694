import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import type { Hand } from "../cli/at-hand.ts";
import { at, having, parsed, parsedLines, played } from "../cli/played.ts";
import { noSandbox } from "../processes/walled-place.ts";
import { because } from "../skipped.ts";
import { until } from "../until.ts";

const node = process.execPath;

/** A database: it says on which port it listens, and who it is, in files beside the repository. */
const database = `
import { createServer } from "node:net";
import { appendFileSync, writeFileSync } from "node:fs";
const [folder] = process.argv.slice(2);
const server = createServer((socket) => socket.end("rows"));
server.listen(0, "127.0.0.1", () => {
  writeFileSync(folder + "/db.port", String(server.address().port));
  appendFileSync(folder + "/db.pids", process.pid + "\\n");
});
`;
const query = `
import { connect } from "node:net";
import { readFileSync } from "node:fs";
const socket = connect(Number(readFileSync(process.argv[2] + "/db.port", "utf8")), "127.0.0.1");
socket.on("error", () => process.exit(1));
socket.on("data", () => process.exit(0));
`;

/** pnpm, pytest and make, as scripts: what they have in common is that they run in a package and say yes or no. */
function monorepo(
  tasks: string,
  rules: string,
  more = "",
): { readonly hand: Hand; readonly lines: (of: string) => string[] } {
  const hand = played(tasks, {
    rules,
    files: {
      "db.mjs": database,
      "query.mjs": query,
      "packages/api/package.json": "{}\n",
      "packages/web/pyproject.toml": "",
      "packages/lib/Makefile": "test:\n\ttrue\n",
    },
  });
  const there = hand.home;
  const log = (name: string): string => `echo ${name} >> ${there}/ran`;
  // The first check that meets this file ends the database, as whatever may do that.
  const fatal = `if test -e kill-db && ! test -e ${there}/killed; then touch ${there}/killed; kill -9 $(tail -n 1 ${there}/db.pids); fi`;
  hand.write(
    "gandy.yaml",
    `${readFileSync(join(hand.top, "gandy.yaml"), "utf8")}limits: {parallel: 5}
# A clone may lie where a wall hides what others have left.
sandbox_read: [${dirname(node)}]
services: {db: {start: "${node} db.mjs ${there}", probe: "${node} query.mjs ${there}", per: run}}
checks:
  - {name: api, run: "${fatal}; ${log("api")}; ${node} ../../query.mjs ${there}", cwd: packages/api, when: [packages/api/**], needs_services: [db]}
  - {name: web, run: "${log("web")}", cwd: packages/web, when: [packages/web/**]}
  - {name: lib, run: "${log("lib")}", cwd: packages/lib, when: [packages/lib/**]}
${more}`,
  );
  const lines = (of: string): string[] =>
    existsSync(join(there, of)) ? readFileSync(join(there, of), "utf8").trim().split("\n") : [];
  return { hand, lines };
}

const isAlive = (pid: string): boolean => {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
};

const isRefused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(false)).once("error", () => resolve(true));
    socket.once("connect", () => socket.destroy());
  });

async function eventsOf(hand: Hand, type: string): Promise<readonly unknown[]> {
  return parsedLines((await hand.say("log", "--json")).out).filter((event) => at(event, "type") === type);
}

async function statesOf(hand: Hand): Promise<readonly (string | undefined)[]> {
  return [...(await hand.say("log")).out.matchAll(/service db is (\w+)/g)].map(([, state]) => state);
}

test("twelve tasks of three packages, five at once, pay for their own checks; a database that is killed is a hold, and all end proven", async () => {
  const packages = ["api", "web", "lib"];
  const ids = Array.from({ length: 12 }, (_, n) => ({ id: `T-${n + 1}`, package: packages[n % 3] ?? "" }));
  const { hand, lines } = monorepo(
    `tasks: [${ids.map((task) => `{id: ${task.id}, goal: Do ${task.id}, risk: low, area: ${task.package}}`).join(", ")}]\n`,
    ids
      .map((task) => {
        const kills = task.id === "T-7" ? `, {path: packages/api/kill-db, write: "x"}` : "";
        return `  - {on: {role: implementer, task: ${task.id}}, edits: [{path: packages/${task.package}/${task.id}.txt, write: "x"}${kills}]}\n`;
      })
      .join(""),
    `areas: {api: [packages/api/**], web: [packages/web/**], lib: [packages/lib/**]}\n`,
  );
  const run = hand.begin(["run"]);
  await until(
    "the hold",
    () => run.out().includes("the service db does not stand"),
    () => run.out(),
  );
  // It would be tried again by itself in 10 s.
  await hand.say("release", "db");
  expect(await run.end).toMatchObject({ code: 0 });

  const list = parsed((await hand.say("list", "--json")).out);
  expect(ids.map((_, n) => at(list, "tasks", n, "proof"))).toEqual(ids.map(() => "checks"));
  const ended = await eventsOf(hand, "check.ended");
  const verdicts = new Set(ended.map((event) => at(event, "data", "result")));
  expect(verdicts).toEqual(new Set(["pass", "environment"]));
  for (const task of ids) {
    const own = ended.filter((event) => at(event, "task") === task.id).map((event) => at(event, "data", "name"));
    expect(new Set(own)).toEqual(new Set([task.package]));
  }
  // Begun once, and once more after it was killed; nothing of it is left.
  expect(lines("db.pids")).toHaveLength(2);
  await until("the end of the database", () => !lines("db.pids").some(isAlive));
  const states = await statesOf(hand);
  expect(states).toEqual(["ready", "dead", "ready", "stopped"]);
});

test("a run whose checks need no service starts none", async () => {
  const { hand, lines } = monorepo(
    "tasks: [{id: A, goal: One, risk: low, checks: [web]}]\n",
    `  - {on: {role: implementer}, edits: [{path: packages/web/a.txt, write: "x"}]}\n`,
  );
  expect((await hand.say("run")).code).toBe(0);
  expect(lines("db.pids")).toEqual([]);
  expect(await statesOf(hand)).toEqual([]);
});

test("a service that never gets ready holds the run and then asks, with what it said; nothing is red and nothing is paid", async () => {
  const hand = played("tasks: [{id: A, goal: One, risk: low}, {id: B, goal: Two, risk: low}]\n", {
    settings: `services: {db: {start: "echo no disk left; exit 3", probe: "false"}}
checks: [{name: test, run: "true", needs_services: [db]}]
`,
  });
  const run = hand.begin(["run"]);
  const held = (): number => run.out().split("the service db does not stand").length - 1;
  for (let n = 1; n <= 4; n += 1) {
    await until(
      `hold ${n}`,
      () => held() >= n,
      () => run.out(),
    );
    await until(
      "its release",
      async () => (await hand.say("release", "db")).code === 0,
      () => run.out(),
    );
  }
  expect(await run.end).toMatchObject({ code: 3 });
  const { out } = await hand.say("review");
  expect(out).toContain("the service db, which the check test needs, ended while it was to get ready (exit code 3)");
  expect(out).toContain("no disk left");
  expect(await eventsOf(hand, "call.started")).toEqual([]);
  expect(await eventsOf(hand, "question.asked")).toHaveLength(1);
});

test("a service of a slot runs on the files of each task, with its ports, and ends with its checks", async () => {
  const hand = played("tasks: [{id: A, goal: One, risk: low}]\n", {
    rules: `  - {on: {role: implementer}, edits: [{path: a.txt, write: "x"}]}\n`,
  });
  const { home } = hand;
  hand.write(
    "gandy.yaml",
    `${readFileSync(join(hand.top, "gandy.yaml"), "utf8")}services:
  web:
    start: 'echo "$GANDY_SLOT $GANDY_PORT_BASE" > ${home}/port; echo $$ >> ${home}/pids; exec sleep 1000'
    probe: 'test "$(cat ${home}/port)" = "$GANDY_SLOT $GANDY_PORT_BASE"'
    stop: 'echo stopped >> ${home}/stops'
    per: slot
checks: [{name: test, run: 'test "$(cat ${home}/port)" = "$GANDY_SLOT $GANDY_PORT_BASE"', needs_services: [web]}]
`,
  );
  expect((await hand.say("run")).code).toBe(0);
  const pids = readFileSync(join(home, "pids"), "utf8").trim().split("\n");
  expect(pids).toHaveLength(2);
  expect(readFileSync(join(home, "stops"), "utf8")).toBe("stopped\nstopped\n");
  await until("the end of the services", () => !pids.some(isAlive));
});

test.skipIf(noSandbox !== null)(
  `behind the wall a check reaches a service, which cannot leave the wall itself${because(noSandbox)}`,
  async () => {
    const { hand, lines } = monorepo(
      "tasks: [{id: A, goal: One, risk: low}]\n",
      `  - {on: {role: implementer}, edits: [{path: packages/api/a.txt, write: "x"}]}\n`,
      "sandbox: require\n",
    );
    const { home } = hand;
    const ports = join(home, "ports");
    mkdirSync(ports);
    const file = readFileSync(join(hand.top, "gandy.yaml"), "utf8").replaceAll(home, ports);
    hand.write("gandy.yaml", `${file.replace(`start: "`, `start: "touch ${home}/out; `)}sandbox_write: [${ports}]\n`);
    expect(await hand.say("run")).toMatchObject({ code: 0 });
    expect(await statesOf(hand)).toEqual(["ready", "stopped"]);
    expect(lines("out")).toEqual([]);
  },
);

test.skipIf(noSandbox !== null)(
  `what goes to the background stays behind the wall, and ends with the run${because(noSandbox)}`,
  async () => {
    const { hand, lines } = monorepo(
      "tasks: [{id: A, goal: One, risk: low}]\n",
      `  - {on: {role: implementer}, edits: [{path: packages/api/a.txt, write: "x"}]}\n`,
      "sandbox: require\n",
    );
    const { home } = hand;
    const ports = join(home, "ports");
    mkdirSync(ports);
    const file = readFileSync(join(hand.top, "gandy.yaml"), "utf8").replaceAll(home, ports);
    const behind = file.replace(/start: "([^"]*)"/, `start: "setsid $1 > ${ports}/said 2>&1 &"`);
    hand.write("gandy.yaml", `${behind}sandbox_write: [${ports}]\n`);
    expect(await hand.say("run")).toMatchObject({ code: 0 });
    expect(await statesOf(hand)).toEqual(["ready", "stopped"]);
    expect(lines("ports/db.pids")).toHaveLength(1);
    const port = Number(readFileSync(join(ports, "db.port"), "utf8"));
    await until("its end", () => isRefused(port));
  },
);

test("services are shown before a repository is trusted, and a check that could not reach one is said", async () => {
  const { hand } = monorepo(
    "tasks: [{id: A, goal: One, risk: low}]\n",
    "  - {on: {role: implementer}, edits: []}\n",
    "sandbox: require\nnetwork: off\n",
  );
  expect(await hand.say("plan")).toMatchObject({ code: 2, err: having("a check cannot reach a service") });
  const other = monorepo("tasks: [{id: A, goal: One, risk: low}]\n", "  - {on: {role: implementer}, edits: []}\n");
  const refused = await other.hand.begin(["run"], { trusted: false }).end;
  expect(refused.err).toContain("services.db.start");
  expect(refused.err).toContain("services.db.probe");
});

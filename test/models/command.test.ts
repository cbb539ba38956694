import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { CallSpec, ProcessRecord } from "../../src/engine/ports/adapter.ts";
import { createCommandAdapter } from "../../src/models/command/command.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { isAlive } from "../../src/processes/identity.ts";
import { readProcess } from "../../src/processes/process-table.ts";
import { contentOf, endAfterTest, scratchFolder, script } from "../processes/scratch.ts";
import { bytes, text, type Act } from "./acts.ts";
import { callSpec, committed, modelSettings, schema, seen, type Seen } from "./call-spec.ts";
import { asCommand, commandAdapter } from "./command-subject.ts";

const run = (spec: CallSpec, adapter = commandAdapter): Promise<Seen> =>
  seen(adapter.start(spec, async (record) => endAfterTest(record)));

const withArgv = (argv: readonly string[], more: Partial<CallSpec> = {}, model = {}): CallSpec =>
  callSpec({ ...more, model: modelSettings({ argv, ...model }) });

interface Report {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
}

const isReport = (value: unknown): value is Report => typeof value === "object" && value !== null && "env" in value;

/** What a program sees of the world when it runs as a model. */
async function reportOf(spec: CallSpec, more: readonly string[] = [], adapter = commandAdapter): Promise<Report> {
  const file = join(scratchFolder(), "report.json");
  const { outcome } = await run(
    asCommand(
      [
        { act: "report", file },
        { act: "answer", value: {} },
      ],
      spec,
      more,
    ),
    adapter,
  );
  expect(outcome.kind).toBe("success");
  const report: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isReport(report)) throw new Error("no report");
  return report;
}

describe("what a program is given", () => {
  test("its arguments, filled in once", async () => {
    const spec = callSpec({ schema, model: modelSettings({ model: "{workdir}" }) });
    const { argv, cwd, input } = await reportOf(spec, [
      "{prompt_file}",
      "--schema={schema_file}",
      "{workdir}/{model}",
      "{other}",
      "$HOME;`id`",
    ]);
    const [prompt = "", schemaFile = ""] = argv;
    expect(argv.slice(2)).toEqual([`${spec.workdir}/{workdir}`, "{other}", "$HOME;`id`"]);
    expect(readFileSync(prompt, "utf8")).toBe("Do it.");
    expect(JSON.parse(readFileSync(schemaFile.replace("--schema=", ""), "utf8"))).toEqual(schema);
    expect(cwd).toBe(spec.workdir);
    expect(input).toBe("");
  });

  test("files that only the user can read", async () => {
    const spec = callSpec({ schema });
    const { env } = await reportOf(spec);
    for (const name of ["GANDY_PROMPT_FILE", "GANDY_SCHEMA_FILE"])
      expect(statSync(env[name] ?? "").mode & 0o777).toBe(0o600);
  });

  test("an environment that is built, not inherited", async () => {
    const adapter = createCommandAdapter({
      clock: systemClock,
      environment: {
        PATH: process.env["PATH"],
        HOME: "/home/me",
        LC_ALL: "C",
        SECRET_KEY: "no",
        TOKEN: "t",
        MINE: "m",
        OWN_KEY: "k",
        GANDY_HOME: "no",
      },
    });
    const spec = callSpec({
      env: { pass: ["TOKEN", "ABSENT"], set: { A: "1", B: "1" } },
      schema: null,
      model: modelSettings({ env: { pass: ["MINE"], set: { B: "2", GANDY_ROLE: "boss" } }, keyEnv: "OWN_KEY" }),
    });
    const { env } = await reportOf(spec, [], adapter);
    const { TMPDIR, TRACEPARENT, PWD: _pwd, OLDPWD: _old, _: _last, SHLVL: _level, ...given } = env;
    const { NODE_COMPILE_CACHE: _ofTheFixture, ...rest } = given;
    expect(rest).toEqual({
      PATH: process.env["PATH"],
      HOME: "/home/me",
      LC_ALL: "C",
      TERM: "dumb",
      NO_COLOR: "1",
      CI: "1",
      TOKEN: "t",
      MINE: "m",
      OWN_KEY: "k",
      A: "1",
      B: "2",
      GANDY_ROLE: "implementer",
      GANDY_TASK: "A-1",
      GANDY_STEP: "S1",
      GANDY_ROUND: "1",
      GANDY_PROMPT_FILE: join(spec.folder, "prompt.md"),
      GANDY_SCHEMA_FILE: "",
      GANDY_KEY: "A-1/g1/main/S1/implement/1#1",
      GANDY_CORRELATION_ID: "c1",
    });
    expect(TRACEPARENT).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(TMPDIR?.startsWith(spec.folder)).toBe(true);
    expect(existsSync(TMPDIR ?? "")).toBe(false);
  });

  test("one trace for a call, one span for an attempt", async () => {
    const trace = async (more: Partial<CallSpec>): Promise<readonly string[]> =>
      (await reportOf(callSpec(more))).env["TRACEPARENT"]?.split("-") ?? [];
    const [one, two, other] = await Promise.all([
      trace({ attemptKey: "k#1" }),
      trace({ attemptKey: "k#2" }),
      trace({ correlation: "c2" }),
    ]);
    expect(one[1]).toBe(two[1]);
    expect(one[2]).not.toBe(two[2]);
    expect(other[1]).not.toBe(one[1]);
  });

  test("no step and a session to go on with", async () => {
    const { env } = await reportOf(callSpec({ step: null, start: { kind: "resume", session: "s-4" } }));
    expect([env["GANDY_STEP"], env["GANDY_SESSION"]]).toEqual(["", "s-4"]);
  });
});

describe("which program is run", () => {
  test("a name with a slash starts from the settings' folder", async () => {
    const folder = scratchFolder();
    script(folder, "agent.sh", "#!/bin/sh\necho from here\n");
    expect((await run(withArgv(["./agent.sh"], {}, { folder }))).outcome).toMatchObject({
      kind: "success",
      text: "from here",
    });
  });

  test("any other name is searched on the PATH", async () => {
    expect((await run(withArgv(["echo", "hello  world", "*"]))).outcome).toMatchObject({
      kind: "success",
      text: "hello  world *",
    });
  });

  test.each([["./none.sh"], ["no-such-program-anywhere"], ["./plain.txt"], [""], ["{schema_file}"]])(
    "%j cannot be started",
    async (name) => {
      const folder = scratchFolder();
      script(folder, "plain.txt", "no program", 0o644);
      const records: ProcessRecord[] = [];
      const { outcome } = await seen(
        commandAdapter.start(withArgv([name], {}, { folder }), async (record) => void records.push(record)),
      );
      expect(outcome.failure).toMatchObject({ type: "not_found", reason: "spawn", retryable: false });
      expect(outcome.failure?.message).toContain("models.mine.argv");
      expect(records).toEqual([]);
    },
  );

  test("a worktree that is not there is no fault of the settings", async () => {
    const { outcome } = await run(withArgv(["true"], { workdir: "/no/such/folder" }));
    expect(outcome.failure).toMatchObject({ type: "api", reason: "spawn" });
    expect(outcome.failure?.message).toContain("/no/such/folder");
  });

  test("a script whose interpreter is missing", async () => {
    const folder = scratchFolder();
    script(folder, "agent", "#!/no/such/interpreter\n");
    expect((await run(withArgv(["./agent"], {}, { folder }))).outcome.failure).toMatchObject({
      type: "api",
      reason: "crash",
    });
  });

  test("an earlier start in the same folder is not taken for this one", async () => {
    const spec = withArgv(["echo", "second"]);
    await run({ ...spec, model: modelSettings({ argv: ["echo", "first"] }) });
    expect((await run(spec)).outcome.text).toBe("second");
  });
});

describe("the end of a program", () => {
  test("too much output ends it", async () => {
    const output = { maxBytes: 100_000, maxLineBytes: 1_000 };
    const adapter = createCommandAdapter({ clock: systemClock, environment: process.env, output });
    for (const stream of [1, 2] as const) {
      const acts: readonly Act[] = [bytes("x".repeat(99).concat("\n"), { times: 5_000, stream }), { act: "hang" }];
      const records: ProcessRecord[] = [];
      const { outcome } = await seen(
        adapter.start(asCommand(acts, callSpec()), async (record) => void records.push(record)),
      );
      expect(outcome.failure).toMatchObject({ type: "api", reason: "crash" });
      expect(outcome.failure?.message).toContain(stream === 1 ? "100000 bytes to stdout" : "100000 bytes to stderr");
      expect(records.map(isAlive)).toEqual([false]);
    }
  });

  test("what it said on its standard error stands in the failure", async () => {
    const { outcome } = await run(
      asCommand([bytes("Error: no such flag\n", { stream: 2 }), { act: "exit", code: 2 }], callSpec()),
    );
    expect(outcome.failure?.message).toBe("mine ended with exit code 2: Error: no such flag");
  });

  test("children it leaves are ended with it, also in a session of their own", async () => {
    const file = join(scratchFolder(), "pid");
    const { outcome } = await run(asCommand([{ act: "leave", file }, text("done")], callSpec()));
    expect(outcome).toMatchObject({ kind: "success", text: "done" });
    expect(readProcess(Number(readFileSync(file, "utf8")))?.zombie ?? true).toBe(true);
  });

  test("one that takes no notice of SIGTERM is killed", async () => {
    const spec = asCommand([{ act: "defy" }, text("defying"), { act: "hang" }], callSpec());
    const records: ProcessRecord[] = [];
    const running = commandAdapter.start(spec, async (record) => void records.push(record));
    const ended = seen(running);
    await contentOf(join(spec.folder, "stdout"));
    await running.cancel("wall");
    expect(records.map(isAlive)).toEqual([false]);
    expect((await ended).outcome).toMatchObject({ kind: "cancelled", text: "defying" });
  });

  test("one that is adopted and gone without a trace was cut off, it did not fail", async () => {
    const spec = withArgv(["true"]);
    writeFileSync(join(spec.folder, "stdout"), "half an answ");
    const start = { kind: "adopt", process: { pid: 2 ** 30, startTime: "1@other" }, session: null } as const;
    expect((await run({ ...spec, start })).outcome).toEqual({
      kind: "cancelled",
      text: "half an answ",
      answer: null,
      failure: null,
    });
  });

  test("work without words is a sign of life", async () => {
    const file = join(scratchFolder(), "enough");
    const acts: readonly Act[] = [{ act: "burn", file }, text("I have built.")];
    const spec = asCommand(acts, callSpec({ limits: { startupMs: 60_000, idleMs: 1_000, wallMs: 60_000 } }));
    let alive = 0;
    const { outcome } = await seen(
      commandAdapter.start(spec, async (record) => endAfterTest(record)),
      ({ type }) => {
        alive += type === "activity" ? 1 : 0;
        if (alive === 2) writeFileSync(file, "");
      },
    );
    expect(outcome.text).toBe("I have built.");
    expect(alive).toBeGreaterThanOrEqual(2);
  });
});

describe("the engine and its call", () => {
  test("a child whose identity cannot be committed never runs", async () => {
    const spec = asCommand([{ act: "edit", path: "a.txt", text: "x" }], callSpec());
    const lost = new Error("the lease is lost");
    await expect(seen(commandAdapter.start(spec, () => Promise.reject(lost)))).rejects.toBe(lost);
    expect(readdirSync(spec.workdir)).toEqual([]);
  });

  test("cancelled while its identity is being committed, it never runs", async () => {
    const spec = asCommand([{ act: "edit", path: "a.txt", text: "x" }], callSpec());
    const commit = Promise.withResolvers<void>();
    const spawned = Promise.withResolvers<void>();
    const running = commandAdapter.start(spec, async () => {
      spawned.resolve();
      await commit.promise;
    });
    await spawned.promise;
    const cancelled = running.cancel("stop");
    commit.resolve();
    await cancelled;
    expect((await seen(running)).outcome.kind).toBe("cancelled");
    expect(readdirSync(spec.workdir)).toEqual([]);
  });

  test("who stops listening ends it", async () => {
    const records: ProcessRecord[] = [];
    const running = commandAdapter.start(
      asCommand([text("first"), { act: "hang" }], callSpec()),
      async (record) => void records.push(record),
    );
    const broken = async (): Promise<void> => {
      for await (const event of running) if (event.type === "text") throw new Error("cannot write");
    };
    await expect(broken()).rejects.toThrow("cannot write");
    expect(records.map(isAlive)).toEqual([false]);
  });

  test("nothing asks for approval", () => {
    const running = commandAdapter.start(withArgv(["true"]), committed);
    expect(() => running.respond("a", "deny", null)).toThrow("approval");
    return running.cancel("stop");
  });

  test("a folder that cannot be written is an error of ours, not of the model", async () => {
    const spec = withArgv(["true"]);
    mkdirSync(join(spec.folder, "prompt.md"));
    chmodSync(spec.folder, 0o700);
    await expect(seen(commandAdapter.start(spec, committed))).rejects.toThrow("EISDIR");
  });
});

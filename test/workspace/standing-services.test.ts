import { expect, test } from "vitest";

import type { ServiceSettings } from "../../src/domain/settings.ts";
import { ServiceFault } from "../../src/domain/workspace-error.ts";
import type { Enclose } from "../../src/processes/enclose.ts";
import { until } from "../until.ts";
import { check, doTask, read, scratch, write, type Scratch } from "./scratch.ts";

const service = (more: Partial<ServiceSettings>): ServiceSettings => ({
  start: "exec sleep 1000",
  probe: null,
  stop: null,
  per: "run",
  readyMs: 60_000,
  ...more,
});

const request = (own: Scratch, run: string) => ({
  run: "run1",
  commit: own.git(own.project, "rev-parse", "main"),
  checks: [check("test", run, { needsServices: ["db"] })],
  env: { pass: [], set: {} },
  signal: new AbortController().signal,
});

const moves = (own: Scratch): readonly string[] =>
  own.events.flatMap((event) => (event.type === "service.moved" ? [`${event.data.state}: ${event.data.reason}`] : []));

test("a shared service is used by one check at a time, and begun once for all", async () => {
  const own = scratch();
  const log = `${own.root}/log`;
  const workspace = own.open({
    services: { db: service({ start: `echo begun >> '${log}'; exec sleep 1000`, per: "shared" }) },
  });
  const run = `echo in >> '${log}'; sleep 0.2; echo out >> '${log}'`;
  const tasks = await Promise.all(
    ["A", "B", "C"].map((task) => doTask(own, workspace, task, { [`${task}.txt`]: task })),
  );
  await Promise.all(
    tasks.map(({ tree: { task }, commit, base }) =>
      workspace.gate.run({ ...request(own, run), task, commit, base, waived: null }),
    ),
  );
  await workspace.endServices();
  expect(read(log)).toBe(`begun\n${"in\nout\n".repeat(3)}`);
  expect(moves(own)).toEqual(["ready: started", "stopped: the run is over"]);
});

test("what an engine that was killed has left is stopped before it is begun again", async () => {
  const own = scratch();
  const log = `${own.root}/log`;
  const db = service({ start: `echo begun >> '${log}'; exec sleep 1000`, stop: `echo stopped >> '${log}'` });
  write(`${own.root}/state/watch/services`, { "db%20.services": "" });
  const workspace = own.open({ services: { db } });
  await workspace.gate.base(request(own, "true"), () => false);
  await workspace.endServices();
  expect(read(log)).toBe("stopped\nbegun\nstopped\n");
  const later = own.open({ services: { db } });
  await later.gate.base(request(own, "true"), () => false);
  expect(read(log)).toBe("stopped\nbegun\nstopped\nbegun\n");
  await later.endServices();
});

test("a service that stands no more makes a check say nothing: red for its want, or green by whatever took its port", async () => {
  const own = scratch();
  const pids = `${own.root}/pids`;
  const start = `echo "$$ $PPID" > '${pids}'; exec sleep 1000`;
  const workspace = own.open({ services: { db: service({ start }) } });
  // Whoever began it is gone, too, and was seen to be.
  const wait = (what: string): string => `while ${what}; do sleep 0.05; done`;
  const kill = `${wait(`! test -s '${pids}'`)}; read -r service starter < '${pids}'; kill -9 $service; ${wait("kill -0 $starter 2>/dev/null")}`;
  for (const verdict of ["false", "true"]) {
    const base = workspace.gate.base(request(own, `${kill}; rm '${pids}'; ${verdict}`), () => false);
    await expect(base).rejects.toThrow(ServiceFault);
    await expect(base).rejects.toThrow("the service db, which the check test needs, died (exit code 137)");
  }
  expect(own.cache.size).toBe(0);
  await workspace.endServices();
});

test("checks of two tasks that are red by one dead service both say nothing, and it is told once", async () => {
  const own = scratch();
  const { root } = own;
  const workspace = own.open({ services: { db: service({ start: `echo $$ > '${root}/pid'; exec sleep 1000` }) } });
  const wait = (file: string): string => `while ! test -e '${root}/${file}'; do sleep 0.05; done`;
  const runs = {
    A: `${wait("here")}; kill -9 $(cat '${root}/pid'); false`,
    B: `touch '${root}/here'; ${wait("go")}; false`,
  };
  const tasks = await Promise.all(["A", "B"].map((task) => doTask(own, workspace, task, { [`${task}.txt`]: task })));
  const [first, second] = tasks.map(({ tree: { task }, commit, base }) =>
    workspace.gate.run({ ...request(own, task === "A" ? runs.A : runs.B), task, commit, base, waived: null }),
  );
  const other = Promise.allSettled([second]);
  await expect(first).rejects.toThrow(ServiceFault);
  write(root, { go: "" });
  expect(await other).toMatchObject([{ reason: { fault: "service" } }]);
  expect(moves(own)).toEqual(["ready: started", "dead: died (exit code 137)"]);
  await workspace.endServices();
});

test("whoever is stopped while a service gets ready waits no longer, and leaves nothing half ready to the next", async () => {
  const own = scratch();
  const { root } = own;
  const start = `echo begun >> '${root}/log'; test "$(wc -l < '${root}/log')" = 1 || touch '${root}/ready'; exec sleep 1000`;
  const probe = `while ! test -e '${root}/ready'; do touch '${root}/asked'; sleep 0.05; done`;
  const workspace = own.open({ services: { db: service({ start, probe }) } });
  const [a, b] = [new AbortController(), new AbortController()];
  const tasks = await Promise.all(["A", "B"].map((task) => doTask(own, workspace, task, { [`${task}.txt`]: task })));
  const [first, second] = tasks.map(
    ({ tree: { task }, commit, base }) =>
      () =>
        workspace.gate.run({
          ...request(own, `echo ${task} >> '${root}/ran'`),
          task,
          commit,
          base,
          waived: null,
          signal: task === "A" ? a.signal : b.signal,
        }),
  );
  const stopped = Promise.allSettled([first?.()]);
  await until("its start and its probe", () => read(root, "asked") !== null && read(root, "log") !== null);
  const next = second?.();
  a.abort(new Error("stopped"));
  expect(await stopped).toMatchObject([{ reason: { message: "stopped" } }]);
  expect(await next).toMatchObject([{ result: "pass" }]);
  expect([read(root, "log"), read(root, "ran")]).toEqual(["begun\nbegun\n", "B\n"]);
  await workspace.endServices();
});

test("what cannot be started for want of its log is a fault of the service", async () => {
  const own = scratch();
  write(own.root, { "state/runs/run1/checks/.services": "no folder" });
  const workspace = own.open({ services: { db: service({}) } });
  const base = workspace.gate.base(request(own, "true"), () => false);
  await expect(base).rejects.toThrow(ServiceFault);
  await expect(base).rejects.toThrow("could not be started");
});

test("a probe that another program answers before the start is no sign of the service; one that asks nobody is", async () => {
  const own = scratch();
  // As behind a wall: without a network nobody answers.
  const enclose: Enclose = ({ network = "" }) =>
    Promise.resolve({ use: { kind: "bubblewrap" }, wrap: (argv) => ["/usr/bin/env", `NETWORK=${network}`, ...argv] });
  const begun = `${own.root}/begun`;
  const start = `touch '${begun}'; exec sleep 1000`;
  const squatted = own.open({ services: { db: service({ start, probe: `test "$NETWORK" = on` }) }, enclose });
  const base = squatted.gate.base(request(own, "true"), () => false);
  await expect(base).rejects.toThrow("is answered for by another program before it is started");
  expect(read(begun)).toBeNull();
  const constant = own.open({ services: { db: service({ start, probe: "true" }) }, enclose });
  expect((await constant.gate.base(request(own, "true"), () => false)).checks).toMatchObject([{ result: "pass" }]);
  await Promise.all([squatted.endServices(), constant.endServices()]);
});

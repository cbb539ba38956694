import { expect, test } from "vitest";

import type { ServiceSettings } from "../../src/domain/settings.ts";
import { ServiceFault } from "../../src/domain/workspace-error.ts";
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

test("a service that stands no more makes a red check say nothing; a green one stays green", async () => {
  const own = scratch();
  const pid = `${own.root}/pid`;
  const workspace = own.open({ services: { db: service({ start: `echo $$ > '${pid}'; exec sleep 1000` }) } });
  const kill = `kill -9 $(cat '${pid}')`;
  const red = workspace.gate.base(request(own, `${kill}; false`), () => false);
  await expect(red).rejects.toThrow(ServiceFault);
  await expect(red).rejects.toThrow("the service db, which the check test needs, died (exit code 137)");
  expect(own.cache.size).toBe(0);
  const green = await workspace.gate.base(request(own, `${kill}; true`), () => false);
  expect(green.checks).toMatchObject([{ name: "test", result: "pass" }]);
  await workspace.endServices();
});

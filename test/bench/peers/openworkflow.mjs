import { OpenWorkflow } from "openworkflow";
import { BackendSqlite } from "openworkflow/sqlite";

import { play } from "./play.mjs";

await play(async ({ steps, file, act, again }) => {
  const backend = BackendSqlite.connect(file);
  const flows = new OpenWorkflow({ backend });
  const flow = flows.defineWorkflow({ name: "bench" }, async ({ step }) => {
    for (let n = 0; n < steps; n += 1) await step.run({ name: `S${n}` }, () => act(n));
  });
  const worker = flows.newWorker({ concurrency: 1 });
  await worker.start();
  // The same key is the same run, whoever began it.
  const handle = await flow.run({}, { idempotencyKey: "bench" });
  await handle.result({ timeoutMs: again ? 600_000 : 300_000 });
  await worker.stop();
  await backend.stop();
});

import { setTimeout as pause } from "node:timers/promises";

import { PgBoss } from "pg-boss";

import { play } from "./play.mjs";

/** It has jobs and no steps: each step is a job that sends the next one. Fetched by hand, since its workers look twice a second. */
await play(async ({ steps, act, again }) => {
  const boss = new PgBoss({ connectionString: process.env.BENCH_POSTGRES, superviseIntervalSeconds: 1 });
  boss.on("error", console.error);
  await boss.start();
  if (!again) {
    await boss.deleteQueue("bench");
    await boss.createQueue("bench", { expireInSeconds: 5 });
    await boss.send("bench", { n: 0 });
  }
  for (let n = -1; n < steps - 1;) {
    const [job] = await boss.fetch("bench");
    if (job === undefined) {
      await pause(50);
      continue;
    }
    n = await act(job.data.n);
    if (n < steps - 1) await boss.send("bench", { n: n + 1 });
    await boss.complete("bench", job.id);
  }
  await boss.stop();
});

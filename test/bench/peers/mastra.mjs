import { Mastra } from "@mastra/core";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { LibSQLStore } from "@mastra/libsql";
import { z } from "zod";

import { play } from "./play.mjs";

await play(async ({ steps, file, act, again }) => {
  const shape = z.object({ n: z.number() });
  const chain = Array.from({ length: steps }, (_, at) =>
    createStep({
      id: `S${at}`,
      inputSchema: shape,
      outputSchema: shape,
      execute: async ({ inputData: { n } }) => {
        await act(n);
        return { n: n + 1 };
      },
    }),
  );
  const flow = createWorkflow({ id: "bench", inputSchema: shape, outputSchema: shape });
  for (const step of chain) flow.then(step);
  flow.commit();
  const storage = new LibSQLStore({ id: "bench", url: `file:${file}` });
  const mastra = new Mastra({ workflows: { bench: flow }, storage, logger: false });
  const run = await mastra.getWorkflow("bench").createRun({ runId: "bench" });
  const ended = again ? await run.restart() : await run.start({ inputData: { n: 0 } });
  if (ended.status !== "success") throw new Error(`the run ended with ${ended.status}`);
});

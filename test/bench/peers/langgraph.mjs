import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";

import { play } from "./play.mjs";

await play(async ({ steps, file, act, again }) => {
  const State = Annotation.Root({ n: Annotation() });
  const graph = new StateGraph(State)
    .addNode("step", async ({ n }) => {
      await act(n);
      return { n: n + 1 };
    })
    .addEdge(START, "step")
    .addConditionalEdges("step", ({ n }) => (n < steps ? "step" : END))
    .compile({ checkpointer: SqliteSaver.fromConnString(file) });
  const config = { configurable: { thread_id: "bench" }, recursionLimit: steps + 10, durability: "sync" };
  await graph.invoke(again ? null : { n: 0 }, config);
});

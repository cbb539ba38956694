import { join } from "node:path";
import { expect, test } from "vitest";

import { openLedger } from "../../state/open-ledger.ts";
import { readTranscript } from "../../src/cli/wiring/transcripts.ts";
import { ScreenStore } from "../../src/screen/store.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { outputId } from "../../src/view/output/output-call.ts";
import { statsPage } from "../../src/view/stats/stats-page.ts";
import { lineText } from "../../src/view/text/line.ts";
import { played } from "../cli/played.ts";
import { until } from "../until.ts";

const rules = `
  - on: {role: implementer}
    text: "I write it now."
    edits: [{path: hello.txt, write: "one\\ntwo\\nthree\\nfour\\nfive\\nsix\\n"}]
    usage: {input: 1000, output: 500}
    cost_usd: 0.25
`;

test("a run that was played stands in Stats and Output as it was", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low}, {id: A-2, goal: Say it again, risk: low}]\n", {
    settings: "checks: [{name: test, run: 'true'}]\nbudget: {run_usd: 5}\n",
    rules,
  });
  expect((await hand.say("run")).code).toBe(0);
  const ledger = openLedger({
    path: join(hand.home, "state", "ledger.db"),
    mode: "engine",
    clock: systemClock,
    random: Math.random,
  });
  const repository = (await ledger.tasks.list(null))[0]?.repository ?? "";
  const store = new ScreenStore({
    ledger,
    clock: systemClock,
    scratch: { read: () => null },
    readSaid: readTranscript,
    repository: { id: repository, name: "r" },
    settings: () => Promise.resolve(null),
    isDeadByPid: () => true,
    drafts: { get: () => Promise.resolve(null), put: () => Promise.resolve() },
    loadDiff: () => Promise.resolve(""),
    motion: false,
  });
  await store.open();
  try {
    const calls = (await ledger.tasks.detail(repository, "A-1"))?.calls ?? [];
    const coding = calls.find(({ role }) => role === "implementer");
    const id = outputId("A-1", coding?.id ?? "");
    store.subscribe("activity", "", () => undefined);
    store.subscribe("output", id, () => undefined);
    await until(
      "what the store reads",
      () => store.getSnapshot("activity", "") !== null && store.getSnapshot("output", id).entries.length > 0,
    );
    const said = store.getSnapshot("output", id).entries.map(({ kind, text }) => ({ kind, text }));
    expect(said).toEqual([
      { kind: "text", text: "I write it now." },
      { kind: "tool", text: "hello.txt" },
      { kind: "result", text: "one\ntwo\nthree\nfour\nfive\nsix\n" },
    ]);
    const page = statsPage({ size: { columns: 140, rows: 45 }, source: store, motion: false });
    const text = Array.from({ length: page.content.count }, (_, at) => lineText(page.content.line(at))).join("\n");
    const spent = store.getSnapshot("activity", "")?.attempts.reduce((sum, one) => sum + (one.costMicros ?? 0), 0);
    expect(spent).toBe(500_000);
    for (const words of ["2 tasks", "done         2 proven", "first pass   100 %", "over since"])
      expect(text).toContain(words);
    for (const task of ["A-1", "A-2"]) expect(text).toMatch(new RegExp(`^${task} .*█`, "m"));
  } finally {
    await store.close();
    ledger.close();
  }
});

import type { Scenario, ScenarioAct, ScenarioEdit, ScenarioEnd, ScenarioRule } from "../../src/domain/scenario.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import type { ModelAdapter } from "../../src/engine/ports/adapter.ts";
import { createScriptedAdapter } from "../../src/models/scripted/scripted.ts";
import { realFiles, type ScriptedFiles } from "../../src/models/scripted/scripted-files.ts";
import { systemClock } from "../../src/processes/clock.ts";
import type { Act } from "./acts.ts";
import { modelSettings } from "./call-spec.ts";
import { asksNobody, type CaseName, type Subject } from "./conformance.ts";

export const rule = (
  act: Partial<ScenarioAct & { kind: "written" }> | "usual",
  more: Partial<ScenarioRule> = {},
): ScenarioRule => ({
  on: {},
  n: null,
  delayMs: null,
  tokensPerS: null,
  usage: null,
  costMicros: null,
  act:
    act === "usual"
      ? { kind: "usual" }
      : { kind: "written", text: "", answer: undefined, edits: [], end: { kind: "success" }, ...act },
  ...more,
});

export const scenarioOf = (rules: readonly ScenarioRule[], pace = { delayMs: 0, tokensPerS: 0 }): Scenario => ({
  seed: 7,
  pace,
  rules,
});

/** An adapter whose models play this scenario, whatever the path of theirs. */
export const scriptedAdapter = (
  scenario: Scenario,
  clock: Clock = systemClock,
  files: ScriptedFiles = realFiles,
): ModelAdapter => createScriptedAdapter({ clock, files, loadScenario: () => ({ scenario, problems: [] }) });

function ruleOf(acts: readonly Act[]): ScenarioRule {
  const lines: string[] = [];
  const edits: ScenarioEdit[] = [];
  let [answer, usage, costMicros, tokensPerS]: [Json | undefined, ScenarioRule["usage"], number | null, number | null] =
    [undefined, null, null, null];
  let end: ScenarioEnd = { kind: "success" };
  for (const act of acts) {
    if (act.act === "text") lines.push(act.text);
    else if (act.act === "answer") answer = act.value;
    else if (act.act === "edit") edits.push({ kind: "append", path: act.path, text: act.text });
    else if (act.act === "usage")
      usage = { input: act.input, output: act.output, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    else if (act.act === "cost") costMicros = Math.round(act.usd * 1_000_000);
    else if (act.act === "hang") end = { kind: "hang" };
    else if (act.act === "die") end = { kind: "crash", exitCode: 137 };
    else if (act.act === "exit") end = { kind: "crash", exitCode: act.code };
    else if (act.act === "error") {
      const { type, message, reason = null, retryAfterMs = null, resetAtMs } = act;
      end = {
        kind: "error",
        type,
        message,
        reason,
        retryAfterMs,
        resetInMs: resetAtMs === undefined ? null : resetAtMs - systemClock.now(),
      };
    } else if (act.act === "tool") {
      // A tool that is under way: a scripted model is only kept busy by its own words.
      lines.push("busy ".repeat(4_000));
      tokensPerS = 400;
    } else throw new Error(`a scripted model cannot ${act.act}`);
  }
  return rule({ text: lines.join("\n"), answer, edits, end }, { usage, costMicros, tokensPerS });
}

const noProcess = "a scripted model is no process: it prints no lines and has no exit code";
const lost = "a scripted model dies with its engine";

const leavesOut = {
  "the session": "a scripted model has none",
  "an error of the account and an exit code of success": noProcess,
  "a whole answer and an exit code of failure": noProcess,
  "a whole answer of one that does not go": noProcess,
  "a stream that is cut": noProcess,
  "a stream that is cut, and an exit code of success": noProcess,
  noise: noProcess,
  "bytes that are no text": noProcess,
  "a giant line": noProcess,
  "it moves HEAD": "a scripted model only changes files outside .git",
  "adopted alive, it says what it would have said": lost,
  "adopted when it is over, it says what it would have said": lost,
} as const satisfies Partial<Record<CaseName, string>>;

export const scripted: Subject = {
  name: "scripted",
  leavesOut: { ...asksNobody, ...leavesOut },
  play: (acts, spec) => ({
    adapter: scriptedAdapter(scenarioOf([ruleOf(acts)])),
    spec: { ...spec, model: modelSettings({ adapter: "scripted", scenario: "/scenario.yaml" }) },
  }),
};

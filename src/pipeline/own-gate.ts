import type { CheckResult } from "../domain/events.ts";
import { toJson } from "../domain/json.ts";
import { ServiceFault } from "../domain/workspace-error.ts";
import type { BaseGateCheck, BaseGateVerdict, GateRequest } from "../engine/ports/workspace.ts";
import type { EffectContext } from "../engine/task/durable-task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import type { AllowedInputs } from "../policy/base-gate.ts";
import { changeInstead } from "./change-instead.ts";
import { checksOfChange, waivedOf } from "./checks-of.ts";
import type { OwnGate } from "./results.ts";
import type { TaskProgress } from "./task-progress.ts";

export interface Judged {
  readonly results: readonly CheckResult[];
  /** What only the change's own gate lets pass; null: nothing, or that is red too. */
  readonly own: OwnGate | null;
  readonly waived: GateRequest["waived"];
}

/**
 * Judges a commit by the gate of its base where it touches inputs of that, and then by its own. What the base's gate lets
 * pass is noted, never asked.
 */
export async function judgeTwice(
  work: TaskWork,
  progress: TaskProgress,
  commits: { readonly commit: string; readonly base: string },
  checks: GateRequest["checks"],
  effect: Pick<EffectContext, "record" | "signal">,
): Promise<Judged> {
  const { task, workspace, run } = work;
  const waived = await waivedOf(work, progress);
  if (checks.length === 0) return { results: [], own: null, waived };
  const { env } = task.settings;
  const reopened = task.restartReason?.reopened;
  const mends = reopened == null ? {} : { mends: { check: reopened.check, failures: reopened.failures } };
  const about = { run: run.id, task: task.id, ...commits, checks, env };
  const request: GateRequest = { ...about, signal: effect.signal, waived, ...mends };
  let byBase: BaseGateVerdict;
  let results: readonly CheckResult[];
  try {
    byBase = await workspace.gate.judgeByBase({ ...request, allowed: allowedInputs(work, progress) });
    const read = byBase.checks.map(({ name }) => name);
    // Also those whose own inputs it touches, wherever these lie.
    const touched = await checksOfChange(work, checks, commits, read);
    results = await workspace.gate.run({ ...request, checks: touched });
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    return { results: [withoutService(error)], own: null, waived };
  }
  if (results.some(({ result }) => result === "fail" || result === "environment"))
    return { results, own: null, waived };
  const refused = refusedChecks(byBase, results);
  if (refused.length === 0) {
    noteTouched(byBase, results, effect);
    return { results, own: null, waived };
  }
  return {
    results,
    waived,
    own: { touched: byBase.touched.map(({ path, id }) => ({ path, id })), checks: refused },
  };
}

/** No verdict on anything, for want of a service. */
export const withoutService = ({ check, service, message, detail }: ServiceFault): CheckResult => ({
  name: check,
  result: "environment",
  durationMs: 0,
  output: null,
  failures: [],
  newFailures: [],
  tree: "",
  tail: `${message}\n${detail}`,
  service,
});

function allowedInputs({ task }: TaskWork, { planned, agreed, tip }: TaskProgress): AllowedInputs {
  const same = agreed?.commit === tip ? agreed.contents.map(({ path }) => path) : [];
  return { globs: task.spec.mayChange ?? [], paths: [...planned, ...same], contents: agreed?.contents ?? [] };
}

/** Checks whose green is not the base's. Where nothing of the gate was touched, its own gate is that of the base. */
function refusedChecks({ touched, checks }: BaseGateVerdict, results: readonly CheckResult[]): OwnGate["checks"] {
  const tailOf = (name: string): string => results.find((result) => result.name === name)?.tail ?? "";
  const red = checks.flatMap((check) =>
    check.result === "pass"
      ? []
      : [
          {
            name: check.name,
            result: check.result,
            expectations: [...expectationsOf(check)],
            inputs: [...check.inputs],
            tail: check.tail,
            own: tailOf(check.name),
          },
        ],
  );
  if (touched.length > 0) return red;
  return results.flatMap(({ name, lost, tail }) =>
    lost === undefined || lost.length === 0
      ? []
      : [{ name, result: "fail", expectations: lost.map(noLonger), inputs: [], tail, own: tail }],
  );
}

const noLonger = (id: string): string => `${id} (runs no more)`;

const expectationsOf = ({ name, failures, lost }: BaseGateCheck): readonly string[] => [
  ...failures.filter((id) => id !== name),
  ...lost.map(noLonger),
];

function noteTouched(
  { touched, checks }: BaseGateVerdict,
  results: readonly CheckResult[],
  effect: Pick<EffectContext, "record">,
): void {
  if (checks.length === 0) return;
  const added = touched.filter(({ isNew }) => isNew).map(({ path }) => path);
  const changed = touched.filter(({ isNew }) => !isNew).map(({ path }) => path);
  const lost = results.flatMap((result) => result.lost ?? []);
  const parts = [
    ...(added.length === 0 ? [] : [`new: ${some(added)}`]),
    ...(changed.length === 0 ? [] : [`changed: ${some(changed)}`]),
    ...(lost.length === 0 ? [] : [`tests that run no more: ${some(lost)}`]),
  ];
  const text = `it passes the gate of its base, without its own changes to the gate (${parts.join("; ")})`;
  effect.record({ type: "note", data: { level: "info", text } });
}

const mostNamed = 8;

function some(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return names.slice(0, mostNamed).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/**
 * Asks whether the gate may become what the change made of it. True: it may, and these inputs are not asked about again
 * while they stay as they are. No flag answers it.
 */
export async function agreesToOwnGate(
  work: TaskWork,
  progress: TaskProgress,
  own: OwnGate,
  key: string,
  unit: string,
): Promise<boolean> {
  const { task, run } = work;
  const given = await task.ask(`${key}/own-gate`, {
    kind: "gate",
    reason: "own_gate",
    text: questionText(task.id, own),
    actions: ["approve", "request_changes", "reject", "retry", "take_over", "abort"],
    returnState: "QUALITY_GATE",
    evidence: {
      from: progress.base,
      to: progress.tip,
      base: progress.base,
      into: run.integration,
      inputs: differing(own),
      old_expectations_changed: expectations(own),
      by_the_gate_of_the_base: outputs(own, "tail"),
      by_its_own_gate: outputs(own, "own"),
      touched: toJson(own.touched.map(({ path }) => path)),
    },
    to: (answer) =>
      answer.action === "approve" || answer.action === "retry"
        ? "QUALITY_GATE"
        : answer.action === "request_changes"
          ? "IMPLEMENTING"
          : null,
  });
  if (given.action === "approve") {
    progress.agreed = { commit: progress.tip, contents: [...(progress.agreed?.contents ?? []), ...own.touched] };
    return true;
  }
  await changeInstead(work, progress, unit, "gate", given);
  return false;
}

function questionText(task: string, own: OwnGate): string {
  const names = (result: OwnGate["checks"][number]["result"]): string =>
    own.checks
      .filter((check) => check.result === result)
      .map(({ name }) => name)
      .join(", ");
  const [red, unmeasured] = [names("fail"), names("not_measured")];
  const changed = expectations(own);
  const inputs = differing(own);
  return [
    inputs.length === 0
      ? `${task} keeps tests from running, though it changed none of them: ${red} is green without them.`
      : `${task} needs its own gate: what it changed in tests, set-up or scripts makes the difference.`,
    ...(red === "" || inputs.length === 0
      ? []
      : [`With these as at its base it is red: ${red}; with its own it is green.`]),
    ...(unmeasured === "" ? [] : [`Not measured with those of its base: ${unmeasured}.`]),
    ...(changed.length === 0
      ? []
      : [`${inputs.length === 0 ? "They are" : "Old expectations changed:"} ${some(changed)}.`]),
    ...(inputs.length === 0 ? [] : [`It changed ${some(inputs)}.`]),
    inputs.length === 0
      ? "Approve if they are to be gone, or request changes."
      : "Approve if the gate is to become this, or request changes.",
  ].join(" ");
}

/** Inputs that make the difference: where the output names some of them, these first. */
function differing({ checks }: OwnGate): string[] {
  const tails = checks.map(({ tail }) => tail).join("\n");
  const all = [...new Set(checks.flatMap(({ inputs }) => inputs))];
  return [...all.filter((path) => tails.includes(path)), ...all.filter((path) => !tails.includes(path))];
}

const expectations = ({ checks }: OwnGate): string[] => [...new Set(checks.flatMap((check) => check.expectations))];

const outputs = ({ checks }: OwnGate, side: "tail" | "own"): string =>
  checks.map((check) => `${check.name}:\n${check[side]}`).join("\n\n");

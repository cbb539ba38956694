import { z } from "zod";

import { budgetScopes } from "../../domain/call-events.ts";
import { baseResults, breakerStates, candidateStates, checkVerdicts } from "../../domain/events.ts";
import { outcomeKinds } from "../../domain/failure.ts";
import { proofs } from "../../domain/proof.ts";
import { actions } from "../../domain/question.ts";
import { sandboxKinds } from "../../domain/sandbox.ts";
import { seenOutcomes } from "../../domain/seen.ts";
import { modes, risks, roles, stepStates, taskStates } from "../../domain/task.ts";
import { analysisData, analysisResult, chosenModeResult, reasonsResult } from "./analysis.ts";
import { costFields, count, instant, json, listOf, milliseconds, usage, version } from "./amounts.ts";
import { condition } from "./condition.ts";
import { callError, taskFailure } from "./failure.ts";
import { hold } from "./hold.ts";
import { question } from "./question.ts";
import { doneResult } from "./done.ts";
import { partEvents } from "./parts.ts";
import { roadmap, roadmapEvents, supervision } from "./roadmap.ts";
import { outcomeDataOf } from "./outcome.ts";
import { exitCode, startedResult } from "./run.ts";

const text = z.string();
const model = z.string().nullable();

/** The data of each event that is told, by its type. All others are machinery and may change. */
const dataOf = {
  ...outcomeDataOf,
  "run.started": z.object({
    file: z.string().nullable().describe("The backlog; null: it came from no file"),
    base: text,
    baseCommit: text,
    integration: text.describe("Branch into which finished tasks are merged"),
    resumed: z.boolean(),
    version: text.describe("That of the program"),
  }),
  "run.ended": z.object({
    exitCode: exitCode.describe("As the process ends with; null: its engine was found dead"),
    summary: json.describe(
      "How many tasks there are and came to what: total, done, failed, open, and reverted (of the done) where there are any; parts count with their task, and by themselves under parts; null where unknown",
    ),
  }),
  "task.added": z.object({
    goal: text,
    risk: z.enum(risks),
    area: z.string().nullable(),
    mode: z.enum(modes),
    priority: z.number(),
    needs: listOf(text),
    parent: text.optional().describe("The task that it is a part of"),
  }),
  ...analysisData,
  "task.moved": z.object({
    from: z.enum(taskStates),
    to: z.enum(taskStates),
    reason: text,
    failure: taskFailure.optional().describe("Only where it failed"),
  }),
  "step.moved": z.object({
    from: z.enum(stepStates),
    to: z.enum(stepStates),
    reason: text,
    round: count,
    model,
    commit: z.string().nullable(),
  }),
  "route.decided": z.object({
    key: text.describe("Names the piece of work"),
    role: z.enum(roles),
    chosen: model.describe("Null: nobody"),
    candidates: listOf(z.object({ model: text, state: z.enum(candidateStates), why: text })),
    reason: text,
  }),
  "call.started": z.object({ key: text, role: z.enum(roles), round: count }),
  "call.retried": z.object({ attempt: count, model: text, error: callError, nextAt: instant }),
  "call.ended": z.object({
    outcome: z.enum(outcomeKinds),
    model,
    attempts: count,
    error: callError.nullable(),
  }),
  "hold.set": z.object({ hold: hold.extend({ id: text, setAt: instant }) }),
  "hold.released": z.object({ id: text, by: text.describe("Who, and in which way"), reason: text }),
  "breaker.moved": z.object({
    model: text,
    from: z.enum(breakerStates),
    to: z.enum(breakerStates),
    reason: text,
  }),
  "budget.reserved": z.object({ reservation: text, model: text, costUsd: z.number().describe("USD set aside") }),
  "budget.settled": z.object({
    reservation: z.string().nullable(),
    model: text,
    usage,
    ...costFields,
    notional: z.boolean().describe("Nobody pays by the token: no budget of money counts it"),
    overUsd: z.number().optional().describe("USD by which it cost more than was set aside"),
    assumedUsd: z.number().optional().describe("USD that budgets count where the cost is unknown"),
  }),
  "budget.refused": z.object({
    scope: z.enum(budgetScopes),
    wantedUsd: z.number().describe("USD"),
    leftUsd: z.number().describe("USD"),
    by: z.enum(["spend", "reservations"]).describe("Whether it is spent, or set aside for other calls"),
  }),
  "question.asked": z.object({ question }),
  "question.answered": z.object({
    question: text.describe("Its id"),
    action: z.enum(actions),
    text: z.string().nullable(),
    model,
    actor: text.describe("Who, and in which way"),
    effectiveAt: instant.describe("Instant until which it may be taken back, ISO 8601 in UTC"),
  }),
  "commit.made": z.object({ commit: text, base: text, files: count, insertions: count, deletions: count }),
  "snapshot.made": z.object({ n: count, ref: text, commit: text, reason: text }),
  "check.ended": z.object({
    name: text,
    result: z
      .enum(checkVerdicts)
      .describe(
        "known: it fails at the base too, so it does not block; environment: the base, green before, fails now too",
      ),
    durationMs: milliseconds,
    output: z.string().nullable().describe("Path of its log below the state folder"),
    failures: listOf(text).describe("Ids of tests, lines, or the name of the check"),
    newFailures: listOf(text).describe("Those that do not fail at the base"),
    sandbox: z.enum(sandboxKinds).optional().describe("What it ran behind; absent in runs of older versions"),
  }),
  "task.proven": z.object({
    proof: z.enum(proofs),
    proven_by: listOf(text).describe("Names of the checks that passed on it"),
    without: listOf(text).describe("Names of those that prove nothing: red without the task too, or gone on without"),
  }),
  "base.measured": z
    .object({
      commit: text,
      tree: text,
      checks: listOf(
        z.object({
          name: text,
          result: z.enum(baseResults),
          durationMs: milliseconds,
          output: z.string().nullable().describe("Path of its log; null: it was known"),
          failures: listOf(text),
        }),
      ),
    })
    .describe("Each check alone, on what tasks start from, before anything is paid"),
  "check.waived": z
    .object({ check: text, command: text, by: text })
    .describe("A person goes on without a check that is red where nothing was changed"),
  "check.regained": z.object({ check: text, why: z.enum(["green", "changed"]) }).describe("It counts again"),
  "merge.done": z.object({ commit: text, into: text }),
  "merge.conflict": z.object({ files: listOf(text), with: text }),
  "land.done": z
    .object({
      into: text,
      commit: text,
      tasks: listOf(text),
      from: text.optional().describe("Where the branch stood before; absent: an earlier version did not write it down"),
      undone: listOf(text).optional().describe("Tasks whose undoing was brought"),
    })
    .describe("What was merged has been brought to a branch"),
  "land.undone": z
    .object({ into: text, from: text, to: text, tasks: listOf(text) })
    .describe("The branch is back where the last landing found it"),
  "base.followed": z
    .object({
      base: text,
      from: text,
      to: text,
      into: text,
      commit: text,
      by: z.enum(["fast_forward", "merge", "kept"]),
    })
    .describe("The integration branch was brought up to its base; kept: a person goes on without that"),
  "service.moved": z
    .object({ service: text, slot: z.number().nullable(), state: z.enum(["ready", "dead", "stopped"]), reason: text })
    .describe("slot null: one service for all"),
  "watch.seen": z.object({
    id: text,
    since: instant.describe("When all was last as it should be"),
    items: listOf(
      z.object({
        kind: z.enum(["ref", "file"]),
        name: text.describe("A ref in full, or a path in git's shared folder"),
        from: z.string().nullable().describe("A ref's commit, a file's digest; null: it was not there"),
        to: z.string().nullable(),
        outcome: z
          .enum(seenOutcomes)
          .describe("take_over: it is left as it is, and a person is asked; told: it is left"),
        kept: z.string().nullable().describe("Ref that keeps what was there"),
      }),
    ),
    ran: listOf(z.object({ task: text, what: text })).describe("Calls, checks and set-ups that ran meanwhile"),
    asks: listOf(text).describe("Tasks that ask a person before they go on"),
  }),
  "watch.settled": z.object({
    id: text.describe("That of watch.seen"),
    taken: z.boolean().describe("What stands on the integration branch counts; else it was put back"),
    by: text,
  }),
  ...roadmapEvents,
  ...partEvents,
};

type ToldType = keyof typeof dataOf;

const place = {
  v: version,
  seq: count.describe("Place among the events of its run or repository"),
  at: instant,
  run: z.string().nullable(),
  task: z.string().nullable(),
  step: z.string().nullable(),
  call: z.string().nullable(),
  correlation: z.string().nullable().describe("Joins what belongs to one call, in logs of services too"),
};

const lineOf = <T extends ToldType>(type: T) => z.object({ ...place, type: z.literal(type), data: dataOf[type] });

const routeDecided = lineOf("route.decided");

/** One line of `run --json`, `watch --json`, `demo --json` and `log --json`. The last of a run is `run.ended`. */
export const eventLine = z.discriminatedUnion("type", [
  lineOf("run.started"),
  lineOf("run.ended"),
  lineOf("task.added"),
  lineOf("task.moved"),
  lineOf("step.moved"),
  routeDecided,
  lineOf("call.started"),
  lineOf("call.retried"),
  lineOf("call.ended"),
  lineOf("hold.set"),
  lineOf("hold.released"),
  lineOf("breaker.moved"),
  lineOf("budget.reserved"),
  lineOf("budget.settled"),
  lineOf("budget.refused"),
  lineOf("question.asked"),
  lineOf("question.answered"),
  lineOf("commit.made"),
  lineOf("snapshot.made"),
  lineOf("check.ended"),
  lineOf("task.proven"),
  lineOf("base.measured"),
  lineOf("check.waived"),
  lineOf("check.regained"),
  lineOf("merge.done"),
  lineOf("merge.conflict"),
  lineOf("land.done"),
  lineOf("land.undone"),
  lineOf("base.followed"),
  lineOf("service.moved"),
  lineOf("watch.seen"),
  lineOf("watch.settled"),
  lineOf("task.split"),
  lineOf("parts.joined"),
  lineOf("roadmap.revised"),
  lineOf("stage.moved"),
  lineOf("stage.regressed"),
  lineOf("outcome.recorded"),
  lineOf("outcome.corrected"),
  lineOf("regression.found"),
  lineOf("task.analysed"),
  lineOf("mode.chosen"),
  lineOf("context.found"),
]);
export type EventLine = z.infer<typeof eventLine>;

/** What starting or resuming a run answers: its events, with `--detach` only its id, or what an engine at work was told. */
export const runLine = z.union([eventLine, startedResult, doneResult]);

/** `why ID`: who was chosen for each piece of a task's work, and why everybody else was not. */
export const whyResult = z.object({
  v: version,
  task: z.string(),
  reasons: reasonsResult.describe("Why it is done as it is, in a sentence each"),
  analysis: analysisResult.nullable().describe("Null: nobody has looked at it"),
  chosenMode: chosenModeResult.nullable().describe("Null: it is not context-aware, or has not begun"),
  decisions: listOf(routeDecided),
  roadmap: roadmap.optional().describe("Only of a task that has stages"),
  supervised: listOf(supervision).optional().describe("Of each stage that ended; only of a task that has stages"),
  conditions: listOf(condition).optional().describe("What stands in the way of the run; none: nothing does"),
});
export type WhyResult = z.infer<typeof whyResult>;

import { existsSync } from "node:fs";

import { totalTokens } from "../../domain/money.ts";
import type { TaskRoadmap } from "../../domain/roadmap.ts";
import { proofWords } from "../../domain/proof.ts";
import type { TaskDetail } from "../../engine/ports/task-reads.ts";
import { failureText } from "../../domain/failure-words.ts";
import { roleWord } from "../../view/log/event-lines.ts";
import type { TaskWorld } from "../../view/tasks/derived.ts";
import { creditWords } from "../../view/tasks/credits.ts";
import { entryOf, currentStyle, waitNow } from "../../view/tasks/task-entry.ts";
import { revisionWords, stageNote, stageStepLook } from "../../view/tasks/roadmap-words.ts";
import { madeLines } from "../../view/tasks/reasons.ts";
import { partTexts } from "../../view/tasks/part-lines.ts";
import { reasonOf } from "../../view/tasks/task-row.ts";
import { counted, money, tokens } from "../../view/text/amounts.ts";
import { clean } from "../../view/text/clean.ts";
import { duration } from "../../view/text/durations.ts";
import { checkStyle, findingStyle, severityStyle, stageStyle, stepLook } from "../../view/text/state-styles.ts";
import { printHanging } from "./print-hanging.ts";
import { printQuestion, printRequest } from "./question-text.ts";
import type { Program } from "../program/program.ts";

/** All that is known of a task, for reading from top to bottom. */
export function printTask(program: Program, detail: TaskDetail, world: TaskWorld): void {
  const { out } = program;
  const { task, steps, plan, question } = detail;
  const entry = entryOf(task, world);
  const now = program.clock.now();
  out.line(`${task.id}  ${task.spec.goal}`);
  out.line(
    `  ${currentStyle(entry, now).word}, ${task.risk} risk, ${task.spec.mode}${task.spec.area === null ? "" : `, area ${task.spec.area}`}`,
  );
  for (const line of madeLines(detail)) printHanging(out, "  ", clean(line));
  if (task.spec.parent !== undefined) out.line(`  a part of ${task.spec.parent}`);
  const wait = waitNow(entry, now);
  if (wait !== null || entry.derived === "held" || entry.reverted) out.line(`  ${reasonOf(entry, now) ?? ""}`);
  if (entry.blockedBy.length > 0) out.line(`  waits for ${entry.blockedBy.join(", ")}`);
  if (task.startedAt !== null)
    out.line(
      `  ${counted(task.attempts, "try", "tries")}, ${tokens(totalTokens(task.usage))} tokens, ${money(task.cost)}`,
    );
  if (task.author !== null) out.line(`  done by ${creditWords(task)}`);
  if (task.branch !== null)
    out.line(
      `  branch ${task.branch}${task.mergeCommit === null ? "" : `, merged as ${task.mergeCommit.slice(0, 12)}`}`,
    );
  if (task.proof !== null) out.line(`  ${proofWords(task.proof)}`);
  if (task.worktree !== null)
    out.line(`  worktree ${existsSync(task.worktree) ? task.worktree : "removed; its branch has the work"}`);
  if (task.failure !== null) out.line(`  failed: ${failureText(task.failure)}`);
  if (plan !== null) section(program, `Plan (${plan.model}, round ${plan.round})`, plan.plan.summary.split("\n"));
  if (detail.roadmap !== undefined) sayRoadmap(program, detail, detail.roadmap);
  else
    section(
      program,
      "Steps",
      steps.map(
        (step) =>
          `${step.id} ${stepLook(step.state, task.state).word}  ${step.title}${step.commit === null ? "" : `  ${step.commit.slice(0, 12)}`}`,
      ),
    );
  const split = partTexts(detail);
  section(program, "Parts", split.parts);
  section(program, "Together", split.joined);
  sayEvidence(program, detail, now);
  if (question === null) {
    if (detail.request !== null) out.line();
    printRequest(program, detail.request, "");
    return;
  }
  out.line();
  printQuestion(program, question, detail);
}

/** Its stages with their steps, and who changed it and why. */
function sayRoadmap(program: Program, { task, steps }: TaskDetail, roadmap: TaskRoadmap): void {
  section(
    program,
    "Stages",
    roadmap.roadmap.stages.flatMap((stage) => {
      const row = roadmap.stages.find(({ id }) => id === stage.id);
      const note = row === undefined ? null : stageNote(roadmap, row);
      const word = stageStyle[row?.state ?? "PENDING"].word;
      return [
        `${stage.id} ${word}  ${stage.title}${note === null ? "" : `  (${note})`}`,
        ...stage.steps.map(({ id, title }) => {
          const step = steps.find((one) => one.id === id);
          const commit = step?.commit == null ? "" : `  ${step.commit.slice(0, 12)}`;
          const look = stageStepLook(step?.state ?? "PENDING", row?.state ?? "PENDING", task.state);
          return `  ${id} ${look.word}  ${title}${commit}`;
        }),
      ];
    }),
  );
  section(
    program,
    "Revisions of its roadmap",
    roadmap.revisions.flatMap((revision) => {
      const [first = "", ...changes] = revisionWords(revision);
      return [first, ...changes.map((change) => `  ${change}`)];
    }),
  );
}

function sayEvidence(program: Program, { findings, checks, calls, snapshots }: TaskDetail, now: number): void {
  section(
    program,
    "Findings",
    findings.map((finding) => {
      const place = finding.file === null ? "" : ` ${finding.file}${finding.line === null ? "" : `:${finding.line}`}`;
      return `${finding.id} ${severityStyle[finding.severity].word}, ${findingStyle[finding.state].word}${place}: ${finding.text}`;
    }),
  );
  section(
    program,
    "Checks",
    checks.map(
      (check) =>
        `${check.name} ${checkStyle[check.result].word} in ${duration(check.durationMs)}${check.output === null ? "" : `  ${check.output}`}`,
    ),
  );
  section(
    program,
    "Calls",
    calls.map((call) => {
      const took = duration((call.endedAt ?? now) - call.startedAt);
      return `${roleWord[call.role]} by ${call.model ?? "nobody"}: ${call.outcome ?? "running"}, ${counted(call.attempts, "try", "tries")}, ${took}, ${tokens(totalTokens(call.usage))} tokens, ${money(call.cost)}`;
    }),
  );
  section(
    program,
    "Snapshots",
    snapshots.map(({ n, ref, reason }) => `${n}  ${ref}  ${reason}`),
  );
}

function section({ out }: Program, title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  out.line();
  out.line(title);
  for (const line of lines) out.line(`  ${line}`);
}

import { brand } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import { inTreeOrder, withoutParts } from "../../domain/parts.ts";
import { addShownCost, type Cost } from "../../domain/money.ts";
import type { ModelTotals, RunRow, TaskRow } from "../../domain/rows.ts";
import type { SandboxUse } from "../../domain/sandbox.ts";
import type { Billing, Permissions } from "../../domain/settings.ts";
import { isTerminal } from "../../domain/task.ts";
import { creditWords, doneWords } from "../tasks/credits.ts";
import { counted, money, tokens } from "../text/amounts.ts";
import { clean } from "../text/clean.ts";
import { duration } from "../text/durations.ts";
import { revertedStyle, taskStyle } from "../text/state-styles.ts";
import { sumOf } from "./json.ts";

/** What a run says before it starts. `calls` and `cost` are what is expected; null: nobody can tell. */
export interface StartFacts {
  readonly tasks: number;
  readonly models: readonly { readonly name: string; readonly adapter: string; readonly billing: Billing }[];
  readonly permissions: Permissions;
  /** Names of the project's checks. */
  readonly checks: readonly string[];
  /** What stands around calls and checks. */
  readonly sandbox: SandboxUse;
  /** Changes in the checkout that are not committed. */
  readonly uncommitted: number;
  readonly base: string;
  readonly integration: string;
  readonly calls: { readonly least: number; readonly most: number } | null;
  readonly cost: Cost | null;
}

const permissionWord: Record<Permissions, string> = {
  ask: "models ask before they act",
  edits: "models may edit files in their worktree, and ask for the rest",
  full: "models may run anything in their worktree without asking",
};

export function startLines(facts: StartFacts): readonly string[] {
  const billing: Record<Billing, string> = {
    free: "free",
    subscription: "subscription",
    metered: "metered: each call costs money",
  };
  const lines = [
    `${counted(facts.tasks, "task")} from ${facts.base}, merged into ${facts.integration}; your checkout is not touched`,
  ];
  if (facts.uncommitted > 0)
    lines.push(`${counted(facts.uncommitted, "uncommitted change")} in your checkout: models do not see them`);
  for (const model of facts.models) lines.push(`model ${model.name} (${model.adapter}), ${billing[model.billing]}`);
  lines.push(`permissions: ${facts.permissions}, ${permissionWord[facts.permissions]}`);
  lines.push(
    facts.checks.length === 0
      ? `checks: none; nothing proves what is merged (checks in ${brand.settingsFile})`
      : `checks: ${facts.checks.join(", ")}; run first where nothing is changed yet, before anything is paid`,
  );
  lines.push(sandboxLine(facts.sandbox));
  if (facts.calls !== null) {
    const { least, most } = facts.calls;
    const cost = facts.cost === null || facts.cost.micros === null ? "cost not known" : money(facts.cost);
    lines.push(`expected: ${least === most ? least : `${least} to ${most}`} calls, ${cost}`);
  }
  return lines.map((line) => clean(line));
}

/** What is around calls and checks, in words. */
export const sandboxLine = ({ kind, why }: SandboxUse): string =>
  kind === "none"
    ? `sandbox: none (${why ?? "not known why"}); what models and checks start may reach all that you may`
    : `sandbox: ${kind}; models and checks write in their worktree, and see neither your secrets nor the ledger`;

export interface EndFacts {
  readonly run: RunRow;
  /** Tasks of the run. */
  readonly rows: readonly TaskRow[];
  /** Of them, those whose merge was undone. */
  readonly reverted?: ReadonlySet<TaskId>;
  /** Of them, those that are not on the base yet; absent: nobody knows of any that is. */
  readonly unlanded?: ReadonlyMap<TaskId, string>;
  /** What waits for a failed task, with that one; also of what is left of earlier runs. */
  readonly stuck?: ReadonlyMap<TaskId, TaskId>;
  readonly totals: readonly ModelTotals[];
  readonly now: number;
  readonly questions: number;
  /** Nothing has to be said of how to go on with what is left. */
  readonly goesOn?: boolean;
}

const mostStuck = 5;

/** What a run says at its end, and what to do now: printed once on the main screen. Parts count with their task, and stand below it. */
export function endLines(facts: EndFacts): readonly string[] {
  const { run, totals } = facts;
  const rows = withoutParts(facts.rows);
  const undone = rows.filter(({ state, id }) => state === "DONE" && facts.reverted?.has(id) === true);
  const done = rows.filter((row) => row.state === "DONE" && !undone.includes(row));
  const failed = rows.filter(({ state }) => state === "FAILED");
  const left = rows.length - done.length - failed.length - undone.length;
  const sum = sumOf(totals, addShownCost);
  const calls = totals.reduce((all, each) => all + each.calls, 0);
  const unproven = done.filter(({ proof }) => proof?.proof === "none");
  const proven = unproven.length === 0 ? "" : ` (${done.length - unproven.length} proven, ${unproven.length} unproven)`;
  const lines = [
    `${done.length} of ${counted(rows.length, "task")} done${proven}${failed.length === 0 ? "" : `, ${failed.length} failed`}${undone.length === 0 ? "" : `, ${undone.length} reverted`}${left === 0 ? "" : `, ${left} left`}  ·  ${duration((run.endedAt ?? facts.now) - run.startedAt)}, ${counted(calls, "call")}, ${tokens(sum.usage.input + sum.usage.output)} tokens, ${money(sum.cost)}`,
  ];
  const whole = new Set(rows);
  const parts = facts.rows.filter((row) => isTerminal(row.state) && !whole.has(row));
  const ended = inTreeOrder([...done, ...failed, ...undone, ...parts]);
  for (const row of ended.slice(0, 20)) lines.push(endedTask(row, facts));
  if (ended.length > 20) lines.push(`  and ${ended.length - 20} more: ${brand.bin} list`);
  if (unproven.length > 0)
    lines.push(
      `${unproven.length === done.length ? "" : `${unproven.length} of these: `}nothing proves this: look at it before you land it, and give the project a check (checks in ${brand.settingsFile})`,
    );
  if (facts.questions > 0) lines.push(`${counted(facts.questions, "question")} for you: ${brand.bin} review`);
  if (done.some(({ id, mergeCommit }) => mergeCommit !== null && facts.unlanded?.has(id) !== false)) {
    lines.push(`see it:  git diff ${run.base}...${run.integration}`, `land it: ${brand.bin} land`);
  }
  const { stuck = new Map<TaskId, TaskId>() } = facts;
  for (const need of [...new Set(stuck.values())].slice(0, mostStuck)) {
    const waiting = [...stuck].flatMap(([id, one]) => (one === need ? [id] : []));
    const more = waiting.length - mostStuck;
    lines.push(
      `${waiting.slice(0, mostStuck).join(", ")}${more > 0 ? ` and ${more} more` : ""} ${waiting.length === 1 ? "waits" : "wait"} for ${need}, which failed: ${brand.bin} task ${need} --retry`,
    );
  }
  const able = left - rows.filter(({ id }) => stuck.has(id)).length;
  if (able > 0 && facts.questions < able && facts.goesOn !== true) lines.push(`go on:   ${brand.bin} run`);
  return lines.map((line) => clean(line));
}

function endedTask(row: TaskRow, { rows, reverted }: EndFacts): string {
  const undone = row.state === "DONE" && reverted?.has(row.id) === true;
  const style = undone ? revertedStyle : taskStyle[row.state];
  const what = row.failure === null ? "" : `  ${row.failure.type}: ${row.failure.message}`;
  const words = undone ? "its merge was undone" : doneWords(row);
  const proof = words === null ? "" : `  ${words}`;
  const parts = rows.filter(({ spec }) => spec.parent === row.id).length;
  const who = parts > 0 ? `in ${counted(parts, "part")}, ` : `${creditWords(row)}${row.reviewer === null ? "" : ","} `;
  const indent = rows.some(({ id }) => id === row.spec.parent) ? "    " : "  ";
  return `${indent}${style.glyph} ${row.id}  ${row.spec.goal}  ${who}${money(row.cost)}${proof}${what}`;
}

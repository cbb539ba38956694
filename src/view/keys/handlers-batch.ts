import type { Action } from "../../domain/question.ts";
import { answerWord } from "../review/answer-words.ts";
import { latestChecks } from "../review/evidence.ts";
import { draftOf, keepMarks, marksOf } from "../screen/kept.ts";
import { momentOf, tasksPage } from "../screen/pages.ts";
import { focusedQuestion, focusedTask, openQuestions, type World } from "../screen/screen-model.ts";
import type { OpenQuestion } from "../screen/screen-source.ts";
import { opened, stay, type Button, type Overlay, type Step, type UiState } from "../screen/ui-state.ts";
import { counted } from "../text/amounts.ts";
import { questionWord } from "../text/state-styles.ts";
import { answeredAlike } from "../review/question-words.ts";
import { isPending } from "./handlers-decisions.ts";
import { move } from "./move.ts";

/** Marks, and one answer for all that are marked. Each answer is a decision of its own; `u` takes back all that went out together. */

/** Marks the task at hand, or takes the mark away; in the list the cursor goes on. */
export function mark(ui: UiState, world: World): Step {
  const task = focusedTask(ui, world);
  if (task === null) return stay(ui);
  const marks = marksOf(ui, world);
  const step = keepMarks(ui, marks.includes(task) ? marks.filter((each) => each !== task) : [...marks, task]);
  return ui.view === "tasks" && ui.detail === null ? { ...step, ui: move(step.ui, world, "down") } : step;
}

/** All from the last mark to the cursor. */
export function markRange(ui: UiState, world: World): Step {
  const marks = marksOf(ui, world);
  const { list, window } = tasksPage(ui, world);
  const from = list.indexOf.get(marks.at(-1) ?? "");
  if (from === undefined || window.selected < 0)
    return stay({ ...ui, hint: "mark a task first (space), then go to the last one and press this" });
  const ids = list.entries.slice(Math.min(from, window.selected), Math.max(from, window.selected) + 1);
  return keepMarks(ui, [...new Set([...marks, ...ids.map(({ row }) => row.id)])]);
}

/** All whose question is of the kind of the one at hand. */
export function markKind(ui: UiState, world: World): Step {
  const here = focusedQuestion(ui, world);
  if (here === null) return stay({ ...ui, hint: "nothing is asked here, so there are none of its kind" });
  const alike = openQuestions(world.source.getSnapshot("review", "")).filter(
    ({ question }) => question.kind === here.question.kind,
  );
  const step = keepMarks(ui, [...new Set([...marksOf(ui, world), ...alike.map(({ question }) => question.task)])]);
  const word = questionWord[here.question.kind];
  return {
    ...step,
    ui: { ...step.ui, hint: `${counted(alike.length, "question")} of kind ${word} marked: A answers them` },
  };
}

/** Answers that need no words and end nothing for good, the usual one first. */
const batchActions: readonly Action[] = ["approve", "keep", "allow_always", "done", "retry", "reject", "deny"];

const words: Partial<Record<Action, string>> = {
  approve: "Approve",
  allow_always: "Always allow",
  done: "I have done",
  retry: "Retry",
  reject: "Reject",
  deny: "Deny",
};

/** A dialog for each kind of question, as far as its answers mean the same, among those that are marked, one after the other. */
export function answerMarked(ui: UiState, world: World): Step {
  const marks = new Set(marksOf(ui, world));
  if (marks.size === 0) return stay({ ...ui, hint: "nothing is marked: space marks, * marks all of this kind" });
  const asked = openQuestions(world.source.getSnapshot("review", "")).filter(({ question }) =>
    marks.has(question.task),
  );
  if (asked.length === 0) return stay({ ...ui, hint: "none of the marked tasks asks for anything now" });
  const groups = [...Map.groupBy(asked, ({ question }) => answeredAlike(question)).values()];
  const dialogs = groups.map((questions) => dialogOf(ui, world, questions));
  return stay(dialogs.toReversed().reduce(opened, ui));
}

function dialogOf(ui: UiState, world: World, questions: readonly OpenQuestion[]): Overlay {
  const { now } = momentOf(world);
  const kept = questions.filter(({ question }) => isPending(draftOf(ui, world, question.id)));
  const legal = batchActions.filter((action) => questions.every(({ question }) => question.actions.includes(action)));
  const buttons = legal.flatMap((action): readonly Button[] => {
    // What was written about it is sent, kept or dropped one by one.
    const those = action === "approve" ? questions.filter((open) => !kept.includes(open)) : questions;
    if (those.length === 0) return [];
    const send = those.map(({ question: { id, task } }) => ({
      kind: "answer" as const,
      question: id,
      task,
      action,
      text: null,
      model: null,
      at: now,
    }));
    const usual = answerWord(action, those[0]?.question ?? null);
    const word = words[action] ?? `${usual.slice(0, 1).toUpperCase()}${usual.slice(1)}:`;
    return [{ label: `${word} ${those.length === 1 ? "this one" : `these ${those.length}`}`, send }];
  });
  const lines = questions.map((open) => `${open.question.task}  ${titleOf(open, world)}${doubts(ui, world, open)}`);
  const [first] = questions;
  const none = "Nothing can be answered for all of them at once; answer them one by one.";
  return {
    kind: "confirm",
    title: `${counted(questions.length, "marked question")}: ${first === undefined ? "" : questionWord[first.question.kind]}`,
    lines: buttons.length === 0 ? [...lines, "", none] : lines,
    buttons: [{ label: "Cancel", send: [] }, ...buttons],
    index: 0,
    yes: Math.min(1, buttons.length),
  };
}

const titleOf = ({ question }: OpenQuestion, { source }: World): string =>
  source.getSnapshot("tasks", "").rows.find(({ id }) => id === question.task)?.spec.goal ?? "";

/** What one would want to know before saying yes to it among others. */
function doubts(ui: UiState, { source, ...world }: World, { question }: OpenQuestion): string {
  const said: string[] = [];
  if (isPending(draftOf(ui, { source, ...world }, question.id)))
    said.push("you have written about it: not approved with the others");
  const checks = latestChecks(source.getSnapshot("task", question.task)?.checks ?? []);
  const red = checks.filter(({ result }) => result === "fail").map(({ name }) => name);
  if (red.length > 0) said.push(`fails: ${red.join(", ")}`);
  return said.length === 0 ? "" : `  (${said.join("; ")})`;
}

import type { Action } from "../../domain/question.ts";
import { stagePoints } from "../../domain/roadmap.ts";
import { answerSentence } from "../review/question-words.ts";
import { modelHealth } from "../models/model-panels.ts";
import { latestChecks } from "../review/evidence.ts";
import { draftOf, keepDraft, keepMarks } from "../screen/kept.ts";
import { momentOf } from "../screen/pages.ts";
import type { ScreenCommand } from "../screen/screen-command.ts";
import {
  askedAlike,
  openQuestions,
  focusedQuestion,
  sortedModels,
  focusedTask,
  undoable,
  undoableWith,
  type World,
} from "../screen/screen-model.ts";
import type { Draft, OpenQuestion } from "../screen/screen-source.ts";
import {
  changeRequestText,
  opened,
  sending,
  stay,
  type Button,
  type Choice,
  type Step,
  type UiState,
} from "../screen/ui-state.ts";
import { counted } from "../text/amounts.ts";
import { editOf } from "../text/text-edit.ts";

/** What the keys for decisions do. A decision goes out at once and can be taken back for 5 s; what cannot be taken back asks first. */

export const answer = (
  { question }: OpenQuestion,
  action: Action,
  text: string | null = null,
  model: string | null = null,
): ScreenCommand => ({
  kind: "answer",
  question: question.id,
  task: question.task,
  action,
  text,
  model,
});

/** A note stands in every prompt, so it is short. */
const longestNote = 20_000;

const safeButton: Button = { label: "Cancel", send: [] };

export const ask = (ui: UiState, title: string, lines: readonly string[], yes: Button): Step =>
  stay(opened(ui, { kind: "confirm", title, lines, buttons: [safeButton, yes], index: 0, yes: 1 }));

/** After a decision the next question opens by itself. */
export function openNextQuestion(ui: UiState, world: World, ...decided: readonly string[]): UiState {
  if (ui.view !== "review") return ui;
  const open = openQuestions(world.source.getSnapshot("review", ""));
  const at = open.findIndex(({ question }) => decided.includes(question.id));
  const left = (each: OpenQuestion): boolean => !decided.includes(each.question.id);
  const next = open.slice(at + 1).find(left) ?? open.slice(0, Math.max(0, at)).findLast(left) ?? null;
  return { ...ui, review: { question: next?.question.id ?? null, section: null, top: 0 } };
}

/** Gives an answer that needs nothing more. */
export function decide(ui: UiState, world: World, ...actions: readonly Action[]): Step {
  const open = focusedQuestion(ui, world);
  const action = actions.find((each) => open?.question.actions.includes(each) === true);
  if (open === null || action === undefined) return stay(ui);
  const all = answeredBy(ui, world, open);
  const ids = all.map(({ question }) => question.id);
  return sending(openNextQuestion(ui, world, ...ids), ...answers(world, all, action));
}

/**
 * For whom an answer is: the review says for whom else, but for none about which something is written; elsewhere it is for the task at
 * hand alone.
 */
function answeredBy(ui: UiState, world: World, open: OpenQuestion): readonly OpenQuestion[] {
  if (ui.view !== "review" || ui.detail !== null) return [open];
  const alike = askedAlike(openQuestions(world.source.getSnapshot("review", "")), open.question.id);
  return alike.filter((one) => one === open || !isPending(draftOf(ui, world, one.question.id)));
}

/** Given at one instant where they are several, so that they are taken back together. */
const answers = (
  world: World,
  all: readonly OpenQuestion[],
  action: Action,
  model: string | null = null,
): readonly ScreenCommand[] => {
  const at = all.length > 1 ? { at: momentOf(world).now } : {};
  return all.map((one) => ({ ...answer(one, action, null, model), ...at }));
};

/** `A-1`, or of several `A-1 and 2 more`. */
const namesOf = ([first, ...more]: readonly OpenQuestion[]): string =>
  `${first?.question.task ?? ""}${more.length === 0 ? "" : ` and ${more.length} more`}`;

/** Something is written and not sent. */
export const isPending = ({ text, comments }: Draft): boolean => text.trim() !== "" || comments.length > 0;

/** Approves; with red checks, or with words that nobody has got yet, only after asking once. */
export function approve(ui: UiState, world: World): Step {
  const open = focusedQuestion(ui, world);
  if (open === null) return stay(ui);
  const facts = world.source.getSnapshot("task", open.question.task);
  const red = latestChecks(facts?.checks ?? []).filter(({ result }) => result === "fail");
  const draft = draftOf(ui, world, open.question.id);
  if (isPending(draft))
    return approveWithWords(
      ui,
      open,
      draft,
      red.map(({ name }) => name),
    );
  if (red.length === 0) return decide(ui, world, "approve");
  const lines = [`These checks fail: ${red.map(({ name }) => name).join(", ")}.`, "Approve all the same?"];
  const all = answeredBy(ui, world, open);
  const send = answers(world, all, "approve");
  return ask(ui, `Approve ${namesOf(all)}`, lines, { label: "Approve", send });
}

/** What is written is never dropped by a yes alone. */
function approveWithWords(ui: UiState, open: OpenQuestion, draft: Draft, red: readonly string[]): Step {
  const { task, actions } = open.question;
  const words = changeRequestText(draft);
  const buttons: readonly Button[] = [
    safeButton,
    ...(actions.includes("request_changes")
      ? [{ label: "Send as change request", send: [answer(open, "request_changes", words)] }]
      : []),
    ...(words.length <= longestNote
      ? [
          {
            label: "Approve, keep as a note",
            send: [{ kind: "note_task" as const, task, text: words }, answer(open, "approve")],
          },
        ]
      : []),
    { label: "Approve, drop them", send: [answer(open, "approve")] },
  ];
  const what = draft.comments.length === 0 ? "a text" : counted(draft.comments.length, "comment");
  const lines = [
    `You have written ${what} about ${task} and not sent it:`,
    ...words.split("\n").slice(0, 8),
    ...(red.length === 0 ? [] : ["", `These checks fail: ${red.join(", ")}.`]),
  ];
  return stay(opened(ui, { kind: "confirm", title: `Approve ${task}`, lines, buttons, index: 0, yes: 0 }));
}

/** Opens the line for a reason, which may stay empty. */
export function reject(ui: UiState, world: World): Step {
  const open = focusedQuestion(ui, world);
  const action = (["reject", "deny"] as const).find((each) => open?.question.actions.includes(each) === true);
  if (open === null || action === undefined) return stay(ui);
  return stay(
    opened(ui, { kind: "reason", question: open.question.id, task: open.question.task, action, edit: editOf("") }),
  );
}

export function requestChanges(ui: UiState, world: World): Step {
  const open = focusedQuestion(ui, world);
  if (open === null) return stay(ui);
  const { id, task } = open.question;
  return stay(opened(ui, { kind: "changes", question: id, task, edit: editOf(draftOf(ui, world, id).text) }));
}

/** Retries a failed task, or answers a question so. */
export function retry(ui: UiState, world: World): Step {
  const open = focusedQuestion(ui, world);
  const task = focusedTask(ui, world);
  if (open?.question.actions.includes("retry") === true) return decide(ui, world, "retry");
  return task === null
    ? stay(ui)
    : sending(ui, { kind: "give", command: { kind: "retry", task, model: null, text: null } });
}

export function retryWith(ui: UiState, world: World): Step {
  const open = focusedQuestion(ui, world);
  const task = focusedTask(ui, world);
  if (task === null) return stay(ui);
  const asking = open?.question.actions.includes("retry") === true ? answeredBy(ui, world, open) : [];
  const choices = sortedModels(world.source.getSnapshot("models", "")).map((model): Choice => ({
    label: model.name,
    note: `${modelHealth(model, momentOf(world)).word}, ${model.billing}`,
    send:
      asking.length === 0
        ? [{ kind: "give", command: { kind: "retry", task, model: model.name, text: null } }]
        : answers(world, asking, "retry", model.name),
  }));
  if (choices.length === 0) return stay({ ...ui, hint: "there is no model to choose" });
  return stay(
    opened(ui, {
      kind: "picker",
      title: `Retry ${asking.length === 0 ? task : namesOf(asking)} with`,
      choices,
      edit: editOf(""),
      index: 0,
    }),
  );
}

export function abort(ui: UiState, world: World): Step {
  const task = focusedTask(ui, world);
  if (task === null) return stay(ui);
  const open = focusedQuestion(ui, world);
  if (open?.question.actions.includes("abort") === true) {
    const all = answeredBy(ui, world, open);
    const send = answers(world, all, "abort");
    return ask(ui, `Abort ${namesOf(all)}`, [answerSentence("abort", open.question)], { label: "Abort", send });
  }
  return ask(ui, `Abort ${task}`, ["The task ends as failed. Its branch and its snapshots are kept."], {
    label: "Abort",
    send: [{ kind: "give", command: { kind: "abort", task, reason: "aborted by a person" } }],
  });
}

export function restart(ui: UiState, world: World): Step {
  const open = focusedQuestion(ui, world);
  if (open === null) return stay(ui);
  return ask(ui, `Restart ${open.question.task}`, [answerSentence("restart", open.question)], {
    label: "Restart",
    send: [answer(open, "restart")],
  });
}

export function again(ui: UiState, world: World): Step {
  const task = focusedTask(ui, world);
  if (task === null) return stay(ui);
  return ask(ui, `Do ${task} again`, ["It is done and merged. It begins anew from the present state."], {
    label: "Do it again",
    send: [{ kind: "give", command: { kind: "again", task } }],
  });
}

/** Back to the plan, a stage, a step or a snapshot: choosing one is the confirmation. */
export function rewind(ui: UiState, world: World): Step {
  const task = focusedTask(ui, world);
  const facts = task === null ? null : world.source.getSnapshot("task", task);
  if (task === null || facts === null) return stay(ui);
  const to = (label: string, note: string, point: string): Choice => ({
    label,
    note,
    send: [{ kind: "give", command: { kind: "rewind", task, to: point } }],
  });
  const choices = [
    to("plan", "plan anew", "plan"),
    ...(facts.roadmap === undefined
      ? []
      : stagePoints(facts.roadmap).map(({ point, title }) => to(point, title, point))),
    ...facts.steps.toSorted((a, b) => a.index - b.index).map((step) => to(step.id, step.title, step.id)),
    ...facts.snapshots
      .toReversed()
      .map((snapshot) => to(`snapshot ${snapshot.n}`, snapshot.reason, `snapshot/${snapshot.n}`)),
  ];
  return stay(opened(ui, { kind: "picker", title: `Rewind ${task} to`, choices, edit: editOf(""), index: 0 }));
}

/** Takes back the last decision and goes to its question again, with what was written about it, here or on another screen. */
export function undo(ui: UiState, world: World): Step {
  const { source } = world;
  const last = undoable(source.getSnapshot("review", ""), source.getSnapshot("clock", "").now);
  if (last === null) return stay(ui);
  const { id, task } = last.question;
  const back: UiState = { ...ui, review: { ...ui.review, question: id, section: null, top: 0 } };
  const takeBack: ScreenCommand = { kind: "take_back", question: id, task };
  const together = undoableWith(source.getSnapshot("review", ""), last);
  if (together.length > 1) {
    const step = keepMarks(
      back,
      together.map(({ question }) => question.task),
    );
    const send = together.map(({ question }): ScreenCommand => ({
      kind: "take_back",
      question: question.id,
      task: question.task,
    }));
    return { ui: step.ui, send: [...send, ...step.send] };
  }
  const words = last.answer?.action === "request_changes" ? last.answer.text : null;
  const step = sending(back, takeBack);
  if (words === null || isPending(draftOf(ui, world, id))) return step;
  const kept = keepDraft(back, id, { text: words, comments: [] });
  return { ui: kept.ui, send: [...step.send, ...kept.send] };
}

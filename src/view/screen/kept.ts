import type { QuestionId, TaskId } from "../../domain/ids.ts";
import type { Draft, ScreenSource } from "./screen-source.ts";
import { emptyDraft, sending, type Step, type UiState } from "./ui-state.ts";

/** What a person wrote, marked or looked at and has not sent: known on the screen at once, kept outside of it after a pause. */

/** Where it was kept before. */
interface Before {
  readonly source: Pick<ScreenSource, "getSnapshot">;
}

/** Under which name the marks are kept. */
export const marksKey = "marks";
/** Under which name it is kept what was looked at of a task. */
export const viewedKey = (task: TaskId): string => `viewed/${task}`;

/** What was written for a question: on this screen, or before it. */
export const draftOf = (ui: UiState, { source }: Before, question: QuestionId): Draft =>
  ui.drafts[question] ?? source.getSnapshot("draft", question) ?? emptyDraft;

const noMarks: readonly TaskId[] = [];

/** Tasks that are marked, in the order in which they were. */
export const marksOf = (ui: UiState, world: Before): readonly TaskId[] => draftOf(ui, world, marksKey).marks ?? noMarks;

const isEmpty = ({ text, comments, marks, viewed }: Draft): boolean =>
  text.trim() === "" &&
  comments.length === 0 &&
  (marks?.length ?? 0) === 0 &&
  (viewed === undefined || Object.keys(viewed).length === 0);

/** Keeps a draft; an empty one is forgotten. */
export const keepDraft = (ui: UiState, question: QuestionId, draft: Draft): Step =>
  sending(
    { ...ui, drafts: { ...ui.drafts, [question]: draft } },
    { kind: "save_draft", question, draft: isEmpty(draft) ? null : draft },
  );

export const keepMarks = (ui: UiState, marks: readonly TaskId[]): Step =>
  keepDraft(ui, marksKey, { ...emptyDraft, marks });

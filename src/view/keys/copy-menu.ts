import { brand } from "../../domain/brand.ts";
import type { Diff, DiffLine } from "../review/diff-lines.ts";
import type { DiffPage } from "../screen/diff-page.ts";
import { focusedQuestion, focusedTask, isStopped, selectedModel, type World } from "../screen/screen-model.ts";
import { opened, stay, type Choice, type Step, type UiState } from "../screen/ui-state.ts";
import { counted } from "../text/amounts.ts";
import { clean } from "../text/clean.ts";
import { editOf } from "../text/text-edit.ts";
import { shownDiff } from "./handlers-diff.ts";

const longestQuestion = 100_000;

/** What of the thing at hand can be copied, as a menu; what there is not is not in it. */
export function copyMenu(ui: UiState, world: World): Step {
  const choices = [...ofDiff(shownDiff(ui, world)), ...ofTask(ui, world), ...ofModel(ui, world), ...ofRun(world)];
  if (choices.length === 0) return stay({ ...ui, hint: "there is nothing to copy here" });
  return stay(opened(ui, { kind: "picker", title: "Copy", choices, edit: editOf(""), index: 0 }));
}

const choice = (what: string, text: string, note = firstLine(text)): Choice => ({
  label: what,
  note,
  send: [{ kind: "copy", what, text }],
});

const shortest = 34;
function firstLine(text: string): string {
  const [first = ""] = clean(text, { lines: true, max: 400 }).split("\n");
  return first.length > shortest ? `${first.slice(0, shortest - 1)}…` : first;
}

const signs: Readonly<Partial<Record<DiffLine["kind"], string>>> = { added: "+", removed: "-", context: " " };
const written = ({ kind, text }: DiffLine): string => `${signs[kind] ?? ""}${text}`;

function ofDiff(page: DiffPage | null): readonly Choice[] {
  if (page === null) return [];
  const { diff, line, text } = page;
  const at = diff.lines[line];
  const file = at === undefined ? undefined : diff.files[at.file];
  const number = at?.new ?? at?.old ?? null;
  return [
    ...(at === undefined || number === null ? [] : [choice("this line", at.text)]),
    ...(file === undefined ? [] : [choice("its place", number === null ? file.path : `${file.path}:${number}`)]),
    ...hunkOf(diff, line),
    choice("the whole diff", text, counted(diff.files.length, "file")),
  ];
}

function hunkOf({ lines }: Diff, line: number): readonly Choice[] {
  const at = lines[line];
  if (at === undefined || at.hunk < 0 || at.kind === "file" || at.kind === "meta") return [];
  const hunk = lines.filter(
    (each) => each.hunk === at.hunk && each.file === at.file && each.kind in { ...signs, hunk: "" },
  );
  return [choice("this hunk", `${hunk.map(written).join("\n")}\n`, `${hunk.length} lines`)];
}

function ofTask(ui: UiState, world: World): readonly Choice[] {
  const id = focusedTask(ui, world);
  const row = world.source.getSnapshot("tasks", "").rows.find((one) => one.id === id);
  if (row === undefined) return [];
  const open = focusedQuestion(ui, world);
  const diff = world.source.getSnapshot("diff", row.id);
  return [
    choice("the id of the task", row.id),
    ...(row.branch === null ? [] : [choice("its branch", row.branch)]),
    ...(row.worktree === null ? [] : [choice("the path of its worktree", row.worktree)]),
    ...(open === null
      ? []
      : [
          choice("its question", clean(open.question.text, { lines: true, max: longestQuestion })),
          choice("the command that shows its question", `${brand.bin} review ${row.id}`),
        ]),
    ...(shownDiff(ui, world) === null && diff.state === "ready" && diff.text !== ""
      ? [choice("its diff", diff.text, "")]
      : []),
  ];
}

function ofModel(ui: UiState, world: World): readonly Choice[] {
  const model = ui.view === "models" && ui.detail === null ? selectedModel(ui, world) : null;
  return model === null ? [] : [choice("the name of the model", model.name)];
}

/** What to type in a shell to go on, or to bring the work home. */
function ofRun({ source }: World): readonly Choice[] {
  const run = source.getSnapshot("run", "");
  if (run.run === null) return [];
  const unlanded = source.getSnapshot("tasks", "").unlanded?.size ?? 0;
  return [
    ...(isStopped(run) || run.engine === "died" ? [choice("the command that goes on", `${brand.bin} resume`)] : []),
    ...(unlanded > 0 ? [choice("the command that lands what is merged", `${brand.bin} land`)] : []),
    choice("the id of the run", run.run.id),
  ];
}

import type { Action } from "../../domain/question.ts";
import { isTerminal } from "../../domain/task.ts";
import { actionCommand, command, type CommandSpec, type KeyContext } from "./command-spec.ts";

const legal =
  (...actions: readonly Action[]) =>
  (context: KeyContext): boolean =>
    actions.some((action) => context.actions.includes(action));
const engineLost = (context: KeyContext): boolean => context.engine === "died" || context.stopped;
const mayRetryWith = (context: KeyContext): boolean => context.task === "FAILED" || legal("retry")(context);
/** Without an engine its key goes on with the run. */
const mayRetry = (context: KeyContext): boolean => !engineLost(context) && mayRetryWith(context);
const mayRestart = (context: KeyContext): boolean =>
  !engineLost(context) && legal("restart")(context) && !mayRetry(context);
const isOpen = ({ task }: KeyContext): boolean => task !== null && !isTerminal(task);
const mayAbort = (context: KeyContext): boolean =>
  context.task !== null && (!isTerminal(context.task) || legal("abort")(context));

const inAnswers = ({ ask }: KeyContext): boolean => ask?.answers === true;
const inOutput = ({ output }: KeyContext): boolean => output === true;

/** What keys do in the views and everywhere, in the order of the footer and of help. */
export const viewCommands = {
  "output.fold": command("output", "Log", "Unfold or fold the last long result in sight", ["enter"], {
    hint: "unfold",
    label: "⏎",
    when: inOutput,
  }),
  "output.fold_all": command("output", "Log", "Unfold or fold every result", ["space"], { when: inOutput }),
  "output.times": command("output", "Log", "Times beside the output, or none", ["t"], {
    hint: "times",
    when: (context) => inOutput(context) && !context.actions.includes("take_over"),
  }),
  "output.earlier": command("output", "Log", "The call before", ["["], { hint: "call", label: "[/]", when: inOutput }),
  "output.later": command("output", "Log", "The call behind", ["]"], { when: inOutput }),
  "decide.approve": actionCommand("approve", "task", "Decide", ["a"], {
    hint: "approve",
    danger: "undo",
    when: legal("approve"),
  }),
  "decide.always": actionCommand("allow_always", "task", "Decide", ["A"], {
    hint: "allow always",
    danger: "undo",
    when: (context) => legal("allow_always")(context) && !context.marked,
  }),
  "decide.reject": actionCommand("reject", "task", "Decide", ["x"], {
    hint: "reject",
    danger: "undo",
    when: legal("reject", "deny"),
  }),
  "decide.changes": actionCommand("request_changes", "task", "Decide", ["r"], {
    hint: "request changes",
    danger: "undo",
    when: legal("request_changes"),
  }),
  "decide.keep": actionCommand("keep", "task", "Decide", ["o"], {
    hint: "go on as it is",
    danger: "undo",
    when: legal("keep"),
  }),
  "decide.restart": actionCommand("restart", "task", "Decide", ["R"], {
    hint: "restart",
    danger: "confirm",
    when: mayRestart,
  }),
  "decide.done": actionCommand("done", "task", "Decide", ["D"], {
    hint: "I am done",
    danger: "undo",
    when: legal("done"),
  }),
  "decide.take_over": actionCommand("take_over", "task", "Decide", ["t"], {
    hint: "take over",
    danger: "undo",
    when: legal("take_over"),
  }),
  "marks.answer": command("task", "Decide", "Answer all that are marked", ["A"], {
    hint: "answer the marked",
    danger: "confirm",
    when: ({ marked }) => marked,
  }),
  "marks.kind": command("task", "Decide", "Mark all questions of this kind", ["*"], {
    when: ({ question }) => question,
  }),
  "marks.clear": command("task", "Decide", "Take all marks away", [], { when: ({ marked }) => marked }),
  "task.retry": actionCommand("retry", "task", "Task", ["R"], { hint: "retry", danger: "undo", when: mayRetry }),
  "task.retry_with": actionCommand("retry", "task", "Task", ["m"], {
    title: "Retry with another model",
    hint: "other model",
    danger: "undo",
    when: mayRetryWith,
  }),
  "task.abort": actionCommand("abort", "task", "Task", ["X"], {
    danger: "confirm",
    when: mayAbort,
  }),
  "task.rewind": actionCommand("rewind", "task", "Task", ["Z"], {
    danger: "confirm",
    when: ({ task }) => task !== null && task !== "NEW" && task !== "DONE",
  }),
  "task.stages": actionCommand("skip_stage", "task", "Task", ["T"], {
    title: "Skip a stage, or open one again",
    when: (context) => isOpen(context) && context.stages === true,
  }),
  "task.note": actionCommand("note", "task", "Task", ["w"], { when: isOpen }),
  "task.raise": actionCommand("priority", "task", "Task", ["+"], { title: "Raise its priority", when: isOpen }),
  "task.lower": actionCommand("priority", "task", "Task", ["-"], { title: "Lower its priority", when: isOpen }),
  "task.edit": command("task", "Task", "Edit it in the backlog, with your own editor", ["e"], {
    when: ({ task }) => task !== null,
  }),
  "task.page": command("task", "Task", "Read diff, log or output of a check in your pager", ["P"], {
    when: ({ task }) => task !== null,
  }),
  "task.shell": command("task", "Task", "A shell in its worktree", ["!"], { when: ({ worktree }) => worktree }),
  "task.again": actionCommand("again", "task", "Task", [], {
    danger: "confirm",
    when: ({ task }) => task === "DONE",
  }),
  "task.output": command("task", "Task", "What its agent says and does", ["O"], { when: ({ task }) => task !== null }),
  "review.mark": command("review", "Decide", "Mark it, or take the mark away", [".", "space"], { hint: "mark" }),
  "review.next_section": command("review", "Go", "Next section", ["right", "l", "tab"], {
    hint: "section",
    label: "←→",
  }),
  "review.last_section": command("review", "Go", "Section before", ["left", "h", "shift+tab"]),
  "review.next": command("review", "Go", "Next question", ["J"], { hint: "question", label: "J/K" }),
  "review.last": command("review", "Go", "Question before", ["K"]),
  "review.open": actionCommand("show", "review", "Go", ["enter"], { title: "All of the task", hint: "task" }),
  "detail.next_tab": command("detail", "Go", "Next tab", ["right", "l", "tab"], { hint: "tab", label: "←→" }),
  "detail.last_tab": command("detail", "Go", "Tab before", ["left", "h", "shift+tab"]),
  "detail.next": command("detail", "Go", "Next task", ["J"], { hint: "task", label: "J/K" }),
  "detail.last": command("detail", "Go", "Task before", ["K"]),
  "models.retry_now": actionCommand("release", "models", "Models", ["r"], {
    hint: "retry now",
    when: ({ model }) => (model?.holds ?? 0) > 0,
  }),
  "models.keep_hold": actionCommand("keep_hold", "models", "Models", ["d"], {
    hint: "do not resume",
    when: ({ model }) => (model?.holds ?? 0) > 0,
  }),
  "models.hold": actionCommand("hold", "models", "Models", ["o"], {
    hint: "hold",
    when: ({ model }) => model !== null && model.holds === 0,
  }),
  "models.hold_until": actionCommand("hold", "models", "Models", ["O"], {
    title: "Hold this model until a time",
    hint: "hold until",
    when: ({ model }) => model !== null,
  }),
  "models.hold_account": actionCommand("hold", "models", "Models", [], {
    title: "Hold all models of its account until a time",
    when: ({ model }) => model !== null,
  }),
  "models.hold_provider": actionCommand("hold", "models", "Models", [], {
    title: "Hold all models of its provider until a time",
    when: ({ model }) => model !== null,
  }),
  "models.open": command("models", "Models", "What it says in its call, or said last", ["enter"], {
    hint: "output",
    label: "⏎",
    when: ({ model }) => model !== null,
  }),
  "models.reset": actionCommand("reset_breaker", "models", "Models", ["b"], {
    hint: "reset breaker",
    when: ({ model }) => model?.resting === true,
  }),
  "ask.write": actionCommand("ask", "ask", "Ask", ["i"], { title: "Ask the marked models", hint: "ask" }),
  "ask.choose": command(
    "ask",
    "Ask",
    "Mark the model, open the earlier ask, or one answer in full",
    ["enter", "space"],
    {
      hint: "mark or open",
      label: "⏎",
    },
  ),
  "ask.next": command("ask", "Ask", "Next answer", ["right", "l", "tab"], {
    hint: "answer",
    label: "←→",
    when: inAnswers,
  }),
  "ask.last": command("ask", "Ask", "Answer before", ["left", "h", "shift+tab"], { when: inAnswers }),
  "ask.vote": actionCommand("vote", "ask", "Ask", ["v"], {
    title: "This answer is the best",
    hint: "best",
    when: inAnswers,
  }),
  "ask.stop": command("ask", "Ask", "Stop the models that still answer", ["X"], {
    hint: "stop",
    danger: "confirm",
    when: ({ ask }) => ask?.running === true,
  }),
  "log.follow": command("log", "Log", "Follow the end, or stop following", ["f"], { hint: "follow" }),
  "log.open": command("log", "Log", "Open the task of the last line in sight", ["enter"], { hint: "task", label: "⏎" }),
  "log.warnings": command("log", "Log", "Warnings and errors only, or all", ["w"], { hint: "warnings" }),
  "log.filter": command("log", "Log", "Filter: words, task: model: level: ! ~", ["/"], { hint: "filter" }),
  "log.clear": command("log", "Log", "Clear the filter", ["delete"], { when: ({ filtered }) => filtered }),
  "list.down": command("list", "List", "Down", ["down", "j"], { hint: "move", label: "↑↓" }),
  "list.up": command("list", "List", "Up", ["up", "k"]),
  "list.page_down": command("list", "List", "Page down", ["pagedown", "ctrl+f"]),
  "list.page_up": command("list", "List", "Page up", ["pageup", "ctrl+b"]),
  "list.half_down": command("list", "List", "Half a page down", ["ctrl+d"]),
  "list.half_up": command("list", "List", "Half a page up", ["ctrl+u"]),
  "list.top": command("list", "List", "To the top", ["g", "home"]),
  "list.bottom": command("list", "List", "To the end", ["G", "end"]),
  "tasks.open": actionCommand("show", "tasks", "Task", ["enter"], {
    hint: "open",
    label: "⏎",
    when: ({ task }) => task !== null,
  }),
  "tasks.mark": command("tasks", "Task", "Mark it, or take the mark away", ["space"], {
    when: ({ task }) => task !== null,
  }),
  "tasks.mark_range": command("tasks", "Task", "Mark all from the last mark to here", ["v"], {
    when: ({ marked }) => marked,
  }),
  "tasks.add": actionCommand("add", "tasks", "Task", ["n"], {}),
  "tasks.filter": command("tasks", "List", "Filter: words, status: model: area: risk: ! ~", ["/"], { hint: "filter" }),
  "tasks.clear": command("tasks", "List", "Clear the filter", ["delete"], { when: ({ filtered }) => filtered }),
  "tasks.sort": command("tasks", "List", "Sort: a menu of columns", ["s"], { hint: "sort" }),
  "tasks.reverse": command("tasks", "List", "Reverse the order", ["S"]),
  "tasks.focus": command("tasks", "Go", "Next panel", ["tab"], { hint: "panel" }),
  "tasks.focus_back": command("tasks", "Go", "Panel before", ["shift+tab"]),
  "tasks.zoom": command("tasks", "Go", "Zoom the panel, or back", ["z"]),
  "end.open": command("tasks", "Go", "Open what to look at first, when the run has ended", ["o"], {
    when: ({ ended, actions }) => ended === true && !actions.includes("keep"),
  }),
  undo: actionCommand("take_back", "global", "Decide", ["u"], {
    hint: "undo",
    when: ({ canUndo }) => canUndo,
  }),
  "run.resume_engine": actionCommand("resume", "global", "Run", ["R"], {
    title: "Go on with the run: start its engine",
    hint: "go on",
    when: engineLost,
  }),
  "view.tasks": command("global", "Go", "Tasks", ["1"]),
  "view.models": command("global", "Go", "Models", ["2"]),
  "view.review": command("global", "Go", "Review", ["3"]),
  "view.ask": command("global", "Go", "Ask", ["4"]),
  "view.stats": command("global", "Go", "Stats", ["5"]),
  "view.log": command("global", "Go", "Log", ["6"]),
  palette: command("global", "Program", "All commands", [":", "ctrl+p"], { hint: "commands" }),
  help: command("global", "Program", "Help", ["?"], { hint: "help" }),
  back: command("global", "Go", "Back", ["esc"], {
    hint: "back",
    when: ({ place, filtered, zoomed, ended }) => place !== "tasks" || filtered || zoomed || ended === true,
  }),
  "run.pause": actionCommand("pause", "global", "Run", ["p"], {
    when: ({ unfinished, paused }) => unfinished && !paused,
  }),
  "run.resume": actionCommand("resume", "global", "Run", ["p"], {
    hint: "resume run",
    when: ({ unfinished, paused }) => unfinished && paused,
  }),
  "run.land": actionCommand("land", "global", "Run", ["L"], {
    title: "Land what is merged: look at it first, then bring it to the base",
    danger: "confirm",
  }),
  "run.budget": actionCommand("approve", "global", "Run", ["B"], { title: "Raise a budget that is used up" }),
  "run.report": actionCommand("report", "global", "Run", [], { title: "Report: what happened in the last day" }),
  "run.stop": actionCommand("stop", "global", "Run", [], {
    danger: "confirm",
    when: ({ engine }) => engine === "alive",
  }),
  "run.stop_now": actionCommand("stop", "global", "Run", [], {
    title: "Stop the run at once, with snapshots",
    danger: "confirm",
    when: ({ engine }) => engine === "alive",
  }),
  quit: command("global", "Program", "Quit", ["q"], { hint: "quit" }),
  interrupt: command("always", "Program", "Cancel; twice: quit", ["ctrl+c"]),
  copy: command("global", "Program", "Copy: id, branch, path, line, question …", ["y"], { hint: "copy" }),
  mouse: command("global", "Program", "Mouse on, or off: the terminal selects text then", ["M"]),
  suspend: command("always", "Program", "Suspend to the shell", ["ctrl+z"]),
  repaint: command("always", "Program", "Paint the screen anew", ["ctrl+l"]),
} satisfies Record<string, CommandSpec>;

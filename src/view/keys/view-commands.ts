import type { Action } from "../../domain/question.ts";
import { isTerminal } from "../../domain/task.ts";
import { command, type CommandSpec, type KeyContext } from "./command-spec.ts";

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
const mayAbort = (context: KeyContext): boolean =>
  context.task !== null && (!isTerminal(context.task) || legal("abort")(context));

/** What keys do in the views and everywhere, in the order of the footer and of help. */
export const viewCommands = {
  "decide.approve": command("task", "Decide", "Approve", ["a"], {
    hint: "approve",
    danger: "undo",
    when: legal("approve"),
  }),
  "decide.always": command("task", "Decide", "Allow always", ["A"], {
    hint: "allow always",
    danger: "undo",
    when: legal("allow_always"),
  }),
  "decide.reject": command("task", "Decide", "Reject or deny, with a reason if you like", ["x"], {
    hint: "reject",
    danger: "undo",
    when: legal("reject", "deny"),
  }),
  "decide.changes": command("task", "Decide", "Request changes", ["r"], {
    hint: "request changes",
    danger: "undo",
    when: legal("request_changes"),
  }),
  "decide.keep": command("task", "Decide", "Keep the task as it was begun", ["o"], {
    hint: "keep as begun",
    danger: "undo",
    when: legal("keep"),
  }),
  "decide.restart": command("task", "Decide", "Restart the task with its new text", ["R"], {
    hint: "restart",
    danger: "confirm",
    when: mayRestart,
  }),
  "decide.done": command("task", "Decide", "Done: I finished it in the worktree", ["D"], {
    hint: "I am done",
    danger: "undo",
    when: legal("done"),
  }),
  "decide.take_over": command("task", "Decide", "Take over and work in the worktree", ["t"], {
    hint: "take over",
    danger: "undo",
    when: legal("take_over"),
  }),
  "task.retry": command("task", "Task", "Retry", ["R"], { hint: "retry", danger: "undo", when: mayRetry }),
  "task.retry_with": command("task", "Task", "Retry with another model", ["m"], {
    hint: "other model",
    danger: "undo",
    when: mayRetryWith,
  }),
  "task.abort": command("task", "Task", "Abort the task, its branch is kept", ["X"], {
    danger: "confirm",
    when: mayAbort,
  }),
  "task.rewind": command("task", "Task", "Go back to the plan, a step or a snapshot", ["Z"], {
    danger: "confirm",
    when: ({ task }) => task !== null && task !== "NEW" && task !== "DONE",
  }),
  "task.again": command("task", "Task", "Do a finished task again", [], {
    danger: "confirm",
    when: ({ task }) => task === "DONE",
  }),
  "review.comment": command("review", "Diff", "Comment on this line, sent with the change request", ["c"], {
    hint: "comment",
    when: ({ diff }) => diff,
  }),
  "review.next_hunk": command("review", "Diff", "Next hunk", ["n"], {
    hint: "hunk",
    label: "n/N",
    when: ({ diff }) => diff,
  }),
  "review.last_hunk": command("review", "Diff", "Hunk before", ["N"], { when: ({ diff }) => diff }),
  "review.next_file": command("review", "Diff", "Next file", ["]"], {
    hint: "file",
    label: "]/[",
    when: ({ diff }) => diff,
  }),
  "review.last_file": command("review", "Diff", "File before", ["["], { when: ({ diff }) => diff }),
  "review.next_section": command("review", "Go", "Next section", ["right", "l", "tab"], {
    hint: "section",
    label: "←→",
  }),
  "review.last_section": command("review", "Go", "Section before", ["left", "h", "shift+tab"]),
  "review.next": command("review", "Go", "Next question", ["J"], { hint: "question", label: "J/K" }),
  "review.last": command("review", "Go", "Question before", ["K"]),
  "review.open": command("review", "Go", "All of the task", ["enter"], { hint: "task" }),
  "detail.next_tab": command("detail", "Go", "Next tab", ["right", "l", "tab"], { hint: "tab", label: "←→" }),
  "detail.last_tab": command("detail", "Go", "Tab before", ["left", "h", "shift+tab"]),
  "detail.next": command("detail", "Go", "Next task", ["J"], { hint: "task", label: "J/K" }),
  "detail.last": command("detail", "Go", "Task before", ["K"]),
  "models.retry_now": command("models", "Models", "Retry now: release the holds", ["r"], {
    hint: "retry now",
    when: ({ model }) => (model?.holds ?? 0) > 0,
  }),
  "models.keep_hold": command("models", "Models", "Do not resume by itself", ["d"], {
    hint: "do not resume",
    when: ({ model }) => (model?.holds ?? 0) > 0,
  }),
  "models.hold": command("models", "Models", "Hold this model until I release it", ["o"], {
    hint: "hold",
    when: ({ model }) => model !== null && model.holds === 0,
  }),
  "models.reset": command("models", "Models", "Reset the circuit breaker", ["b"], {
    hint: "reset breaker",
    when: ({ model }) => model?.resting === true,
  }),
  "log.follow": command("log", "Log", "Follow the end, or stop following", ["f"], { hint: "follow" }),
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
  "tasks.open": command("tasks", "Task", "Open the task", ["enter"], {
    hint: "open",
    label: "⏎",
    when: ({ task }) => task !== null,
  }),
  "tasks.filter": command("tasks", "List", "Filter: words, status: model: area: risk: ! ~", ["/"], { hint: "filter" }),
  "tasks.clear": command("tasks", "List", "Clear the filter", ["delete"], { when: ({ filtered }) => filtered }),
  "tasks.sort": command("tasks", "List", "Sort by the next column", ["s"], { hint: "sort" }),
  "tasks.reverse": command("tasks", "List", "Reverse the order", ["S"]),
  "tasks.focus": command("tasks", "Go", "Next panel", ["tab"], { hint: "panel" }),
  "tasks.focus_back": command("tasks", "Go", "Panel before", ["shift+tab"]),
  "tasks.zoom": command("tasks", "Go", "Zoom the panel, or back", ["z"]),
  undo: command("global", "Decide", "Undo the last decision (5 s)", ["u"], {
    hint: "undo",
    when: ({ canUndo }) => canUndo,
  }),
  "run.resume_engine": command("global", "Run", "Go on with the run: start its engine", ["R"], {
    hint: "go on",
    when: engineLost,
  }),
  "view.tasks": command("global", "Go", "Tasks", ["1"]),
  "view.models": command("global", "Go", "Models", ["2"]),
  "view.review": command("global", "Go", "Review", ["3"]),
  "view.log": command("global", "Go", "Log", ["6"]),
  palette: command("global", "Program", "All commands", [":", "ctrl+p"], { hint: "commands" }),
  help: command("global", "Program", "Help", ["?"], { hint: "help" }),
  back: command("global", "Go", "Back", ["esc"], {
    hint: "back",
    when: ({ place, filtered, zoomed }) => place !== "tasks" || filtered || zoomed,
  }),
  "run.pause": command("global", "Run", "Pause the run: nothing new starts", ["p"], {
    when: ({ unfinished, paused }) => unfinished && !paused,
  }),
  "run.resume": command("global", "Run", "Resume the run", ["p"], {
    hint: "resume run",
    when: ({ unfinished, paused }) => unfinished && paused,
  }),
  "run.stop": command("global", "Run", "Stop the run after the calls under way", [], {
    danger: "confirm",
    when: ({ engine }) => engine === "alive",
  }),
  "run.stop_now": command("global", "Run", "Stop the run at once, with snapshots", [], {
    danger: "confirm",
    when: ({ engine }) => engine === "alive",
  }),
  quit: command("global", "Program", "Quit", ["q"], { hint: "quit" }),
  interrupt: command("always", "Program", "Cancel; twice: quit", ["ctrl+c"]),
  suspend: command("always", "Program", "Suspend to the shell", ["ctrl+z"]),
  repaint: command("always", "Program", "Paint the screen anew", ["ctrl+l"]),
} satisfies Record<string, CommandSpec>;

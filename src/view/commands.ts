import type { Action } from "../domain/question.ts";
import { isTerminal, type TaskState } from "../domain/task.ts";

/**
 * The one registry of what a person can do. Keys, footer, help, palette and docs are made from it; nothing else knows a key.
 * A command is offered where its scope is active and `when` holds.
 */
export type Scope =
  | "always" | "global" | "list" | "task" | "tasks" | "models" | "review" | "log" | "detail"
  | "text" | "line" | "editor" | "choices" | "confirm" | "help";

export type Group = "Go" | "List" | "Task" | "Decide" | "Diff" | "Models" | "Log" | "Run" | "Text" | "Program";

/** Where the keys go: a view, or what lies over it. */
export type Place = "tasks" | "models" | "review" | "log" | "detail" | "line" | "editor" | "choices" | "confirm" | "help";

/** All that decides whether a command is offered now. */
export interface KeyContext {
  readonly place: Place;
  readonly engine: "alive" | "absent" | "died";
  /** A run that has not ended. */
  readonly unfinished: boolean;
  readonly paused: boolean;
  /** State of the task at hand. */
  readonly task: TaskState | null;
  /** Legal answers to its question. */
  readonly actions: readonly Action[];
  readonly canUndo: boolean;
  readonly filtered: boolean;
  readonly zoomed: boolean;
  /** A diff is shown, and a line of code is at the cursor. */
  readonly diff: boolean;
  readonly model: { readonly resting: boolean; readonly holds: number } | null;
}

export interface CommandSpec {
  readonly title: string;
  readonly keys: readonly string[];
  readonly scope: Scope;
  readonly group: Group;
  /** Short word for the footer; without it the command is not in the footer. */
  readonly hint?: string;
  /** Shown in the footer in place of the first key. */
  readonly label?: string;
  /** confirm: asks first. undo: can be taken back for 5 s. */
  readonly danger?: "confirm" | "undo";
  readonly when?: (context: KeyContext) => boolean;
}

const legal = (...actions: readonly Action[]) => (context: KeyContext): boolean => actions.some((action) => context.actions.includes(action));
const engineLost = (context: KeyContext): boolean => context.engine === "died";
const mayRetry = (context: KeyContext): boolean => !engineLost(context) && (context.task === "FAILED" || legal("retry")(context));
const mayRestart = (context: KeyContext): boolean => !engineLost(context) && legal("restart")(context) && !mayRetry(context);
const mayAbort = (context: KeyContext): boolean => context.task !== null && (!isTerminal(context.task) || legal("abort")(context));

/** In the order of the footer and of help. */
export const commands = {
  "decide.approve": { title: "Approve", keys: ["a"], scope: "task", group: "Decide", hint: "approve", danger: "undo", when: legal("approve") },
  "decide.always": { title: "Allow always", keys: ["A"], scope: "task", group: "Decide", hint: "allow always", danger: "undo", when: legal("allow_always") },
  "decide.reject": { title: "Reject or deny, with a reason if you like", keys: ["x"], scope: "task", group: "Decide", hint: "reject", danger: "undo", when: legal("reject", "deny") },
  "decide.changes": { title: "Request changes", keys: ["r"], scope: "task", group: "Decide", hint: "request changes", danger: "undo", when: legal("request_changes") },
  "decide.keep": { title: "Keep the task as it was begun", keys: ["o"], scope: "task", group: "Decide", hint: "keep as begun", danger: "undo", when: legal("keep") },
  "decide.restart": { title: "Restart the task with its new text", keys: ["R"], scope: "task", group: "Decide", hint: "restart", danger: "confirm", when: mayRestart },
  "decide.done": { title: "Done: I finished it in the worktree", keys: ["D"], scope: "task", group: "Decide", hint: "I am done", danger: "undo", when: legal("done") },
  "decide.take_over": { title: "Take over and work in the worktree", keys: ["t"], scope: "task", group: "Decide", hint: "take over", danger: "undo", when: legal("take_over") },
  "task.retry": { title: "Retry", keys: ["R"], scope: "task", group: "Task", hint: "retry", danger: "undo", when: mayRetry },
  "task.retry_with": { title: "Retry with another model", keys: ["m"], scope: "task", group: "Task", hint: "other model", danger: "undo", when: mayRetry },
  "task.abort": { title: "Abort the task, its branch is kept", keys: ["X"], scope: "task", group: "Task", danger: "confirm", when: mayAbort },
  "task.rewind": { title: "Go back to the plan, a step or a snapshot", keys: ["Z"], scope: "task", group: "Task", danger: "confirm", when: ({ task }) => task !== null && task !== "NEW" && task !== "DONE" },
  "task.again": { title: "Do a finished task again", keys: [], scope: "task", group: "Task", danger: "confirm", when: ({ task }) => task === "DONE" },

  "review.comment": { title: "Comment on this line, sent with the change request", keys: ["c"], scope: "review", group: "Diff", hint: "comment", when: ({ diff }) => diff },
  "review.next_hunk": { title: "Next hunk", keys: ["n"], scope: "review", group: "Diff", hint: "hunk", label: "n/N", when: ({ diff }) => diff },
  "review.last_hunk": { title: "Hunk before", keys: ["N"], scope: "review", group: "Diff", when: ({ diff }) => diff },
  "review.next_file": { title: "Next file", keys: ["]"], scope: "review", group: "Diff", hint: "file", label: "]/[", when: ({ diff }) => diff },
  "review.last_file": { title: "File before", keys: ["["], scope: "review", group: "Diff", when: ({ diff }) => diff },
  "review.next_section": { title: "Next section", keys: ["right", "l", "tab"], scope: "review", group: "Go", hint: "section", label: "←→" },
  "review.last_section": { title: "Section before", keys: ["left", "h", "shift+tab"], scope: "review", group: "Go" },
  "review.next": { title: "Next question", keys: ["J"], scope: "review", group: "Go", hint: "question", label: "J/K" },
  "review.last": { title: "Question before", keys: ["K"], scope: "review", group: "Go" },
  "review.open": { title: "All of the task", keys: ["enter"], scope: "review", group: "Go", hint: "task" },

  "detail.next_tab": { title: "Next tab", keys: ["right", "l", "tab"], scope: "detail", group: "Go", hint: "tab", label: "←→" },
  "detail.last_tab": { title: "Tab before", keys: ["left", "h", "shift+tab"], scope: "detail", group: "Go" },
  "detail.next": { title: "Next task", keys: ["J"], scope: "detail", group: "Go", hint: "task", label: "J/K" },
  "detail.last": { title: "Task before", keys: ["K"], scope: "detail", group: "Go" },

  "models.retry_now": { title: "Retry now: release the holds", keys: ["r"], scope: "models", group: "Models", hint: "retry now", when: ({ model }) => (model?.holds ?? 0) > 0 },
  "models.keep_hold": { title: "Do not resume by itself", keys: ["d"], scope: "models", group: "Models", hint: "do not resume", when: ({ model }) => (model?.holds ?? 0) > 0 },
  "models.hold": { title: "Hold this model until I release it", keys: ["o"], scope: "models", group: "Models", hint: "hold", when: ({ model }) => model !== null && model.holds === 0 },
  "models.reset": { title: "Reset the circuit breaker", keys: ["b"], scope: "models", group: "Models", hint: "reset breaker", when: ({ model }) => model?.resting === true },

  "log.follow": { title: "Follow the end, or stop following", keys: ["f"], scope: "log", group: "Log", hint: "follow" },
  "log.warnings": { title: "Warnings and errors only, or all", keys: ["w"], scope: "log", group: "Log", hint: "warnings only" },

  "list.down": { title: "Down", keys: ["down", "j"], scope: "list", group: "List", hint: "move", label: "↑↓" },
  "list.up": { title: "Up", keys: ["up", "k"], scope: "list", group: "List" },
  "list.page_down": { title: "Page down", keys: ["pagedown", "ctrl+f"], scope: "list", group: "List" },
  "list.page_up": { title: "Page up", keys: ["pageup", "ctrl+b"], scope: "list", group: "List" },
  "list.half_down": { title: "Half a page down", keys: ["ctrl+d"], scope: "list", group: "List" },
  "list.half_up": { title: "Half a page up", keys: ["ctrl+u"], scope: "list", group: "List" },
  "list.top": { title: "To the top", keys: ["g", "home"], scope: "list", group: "List" },
  "list.bottom": { title: "To the end", keys: ["G", "end"], scope: "list", group: "List" },

  "tasks.open": { title: "Open the task", keys: ["enter"], scope: "tasks", group: "Task", hint: "open", label: "⏎", when: ({ task }) => task !== null },
  "tasks.filter": { title: "Filter: words, status: model: area: risk: ! ~", keys: ["/"], scope: "tasks", group: "List", hint: "filter" },
  "tasks.clear": { title: "Clear the filter", keys: ["delete"], scope: "tasks", group: "List", when: ({ filtered }) => filtered },
  "tasks.sort": { title: "Sort by the next column", keys: ["s"], scope: "tasks", group: "List", hint: "sort" },
  "tasks.reverse": { title: "Reverse the order", keys: ["S"], scope: "tasks", group: "List" },
  "tasks.focus": { title: "Next panel", keys: ["tab"], scope: "tasks", group: "Go", hint: "panel" },
  "tasks.focus_back": { title: "Panel before", keys: ["shift+tab"], scope: "tasks", group: "Go" },
  "tasks.zoom": { title: "Zoom the panel, or back", keys: ["z"], scope: "tasks", group: "Go" },

  "undo": { title: "Undo the last decision (5 s)", keys: ["u"], scope: "global", group: "Decide", hint: "undo", when: ({ canUndo }) => canUndo },
  "run.resume_engine": { title: "Start the engine again", keys: ["R"], scope: "global", group: "Run", hint: "resume", when: engineLost },
  "view.tasks": { title: "Tasks", keys: ["1"], scope: "global", group: "Go" },
  "view.models": { title: "Models", keys: ["2"], scope: "global", group: "Go" },
  "view.review": { title: "Review", keys: ["3"], scope: "global", group: "Go" },
  "view.log": { title: "Log", keys: ["6"], scope: "global", group: "Go" },
  "palette": { title: "All commands", keys: [":", "ctrl+p"], scope: "global", group: "Program", hint: "commands" },
  "help": { title: "Help", keys: ["?"], scope: "global", group: "Program", hint: "help" },
  "back": { title: "Back", keys: ["esc"], scope: "global", group: "Go", hint: "back", when: ({ place, filtered, zoomed }) => place !== "tasks" || filtered || zoomed },
  "run.pause": { title: "Pause the run: nothing new starts", keys: ["p"], scope: "global", group: "Run", when: ({ unfinished, paused }) => unfinished && !paused },
  "run.resume": { title: "Resume the run", keys: ["p"], scope: "global", group: "Run", hint: "resume run", when: ({ unfinished, paused }) => unfinished && paused },
  "run.stop": { title: "Stop the run after the calls under way", keys: [], scope: "global", group: "Run", danger: "confirm", when: ({ engine }) => engine === "alive" },
  "run.stop_now": { title: "Stop the run at once, with snapshots", keys: [], scope: "global", group: "Run", danger: "confirm", when: ({ engine }) => engine === "alive" },
  "quit": { title: "Quit", keys: ["q"], scope: "global", group: "Program", hint: "quit" },

  "editor.send": { title: "Send", keys: ["ctrl+s", "ctrl+enter"], scope: "editor", group: "Text", hint: "send" },
  "editor.newline": { title: "New line", keys: ["enter", "ctrl+j", "shift+enter", "alt+enter"], scope: "editor", group: "Text", hint: "new line", label: "⏎" },
  "editor.up": { title: "Line up", keys: ["up", "ctrl+p"], scope: "editor", group: "Text" },
  "editor.down": { title: "Line down", keys: ["down", "ctrl+n"], scope: "editor", group: "Text" },
  "editor.outside": { title: "Write in your own editor", keys: ["ctrl+o"], scope: "editor", group: "Text", hint: "$EDITOR" },
  "editor.close": { title: "Close, the draft is kept", keys: ["esc"], scope: "editor", group: "Text", hint: "keep draft" },
  "line.accept": { title: "Accept", keys: ["enter", "ctrl+s", "ctrl+enter"], scope: "line", group: "Text", hint: "accept", label: "⏎" },
  "line.close": { title: "Cancel", keys: ["esc"], scope: "line", group: "Text", hint: "cancel" },
  "choices.accept": { title: "Choose", keys: ["enter"], scope: "choices", group: "List", hint: "choose", label: "⏎" },
  "choices.down": { title: "Down", keys: ["down", "ctrl+n", "tab"], scope: "choices", group: "List", hint: "move", label: "↑↓" },
  "choices.up": { title: "Up", keys: ["up", "ctrl+p", "shift+tab"], scope: "choices", group: "List" },
  "choices.close": { title: "Cancel", keys: ["esc"], scope: "choices", group: "List", hint: "cancel" },
  "text.left": { title: "Left", keys: ["left", "ctrl+b"], scope: "text", group: "Text" },
  "text.right": { title: "Right", keys: ["right", "ctrl+f"], scope: "text", group: "Text" },
  "text.word_left": { title: "Word left", keys: ["alt+b", "alt+left", "ctrl+left"], scope: "text", group: "Text" },
  "text.word_right": { title: "Word right", keys: ["alt+f", "alt+right", "ctrl+right"], scope: "text", group: "Text" },
  "text.home": { title: "Begin of the line", keys: ["home", "ctrl+a"], scope: "text", group: "Text" },
  "text.end": { title: "End of the line", keys: ["end", "ctrl+e"], scope: "text", group: "Text" },
  "text.backspace": { title: "Delete before", keys: ["backspace", "ctrl+h"], scope: "text", group: "Text" },
  "text.delete": { title: "Delete", keys: ["delete", "ctrl+d"], scope: "text", group: "Text" },
  "text.kill_word": { title: "Cut the word before", keys: ["ctrl+w", "alt+backspace"], scope: "text", group: "Text" },
  "text.kill_word_after": { title: "Cut the word behind", keys: ["alt+d"], scope: "text", group: "Text" },
  "text.kill_start": { title: "Cut to the begin of the line", keys: ["ctrl+u"], scope: "text", group: "Text" },
  "text.kill_end": { title: "Cut to the end of the line", keys: ["ctrl+k"], scope: "text", group: "Text" },
  "text.yank": { title: "Put back what was cut", keys: ["ctrl+y"], scope: "text", group: "Text" },
  "confirm.yes": { title: "Yes", keys: ["y"], scope: "confirm", group: "Program", hint: "yes" },
  "confirm.no": { title: "No", keys: ["n", "esc", "q"], scope: "confirm", group: "Program", hint: "no" },
  "confirm.next": { title: "Other button", keys: ["right", "down", "tab", "l", "j"], scope: "confirm", group: "Program", hint: "choose", label: "←→" },
  "confirm.last": { title: "Button before", keys: ["left", "up", "shift+tab", "h", "k"], scope: "confirm", group: "Program" },
  "confirm.accept": { title: "Press the button", keys: ["enter"], scope: "confirm", group: "Program", hint: "accept", label: "⏎" },
  "help.down": { title: "Down", keys: ["down", "j", "pagedown", "space"], scope: "help", group: "List", hint: "move", label: "↑↓" },
  "help.up": { title: "Up", keys: ["up", "k", "pageup"], scope: "help", group: "List" },
  "help.close": { title: "Close", keys: ["esc", "?", "q"], scope: "help", group: "Program", hint: "close" },
  "interrupt": { title: "Cancel; twice: quit", keys: ["ctrl+c"], scope: "always", group: "Program" },
  "suspend": { title: "Suspend to the shell", keys: ["ctrl+z"], scope: "always", group: "Program" },
  "repaint": { title: "Paint the screen anew", keys: ["ctrl+l"], scope: "always", group: "Program" },
} as const satisfies Record<string, CommandSpec>;

export type CommandId = keyof typeof commands;

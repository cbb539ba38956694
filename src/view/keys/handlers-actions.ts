import { parseDollars } from "../../domain/dollar-amount.ts";
import { parseFutureInstant } from "../../domain/future-instant.ts";
import type { Hold } from "../../domain/question.ts";
import { inside } from "../layout/layout.ts";
import { lastTask } from "../log/log-lines.ts";
import { callsInOrder, shownCall } from "../output/output-call.ts";
import { logPage } from "../screen/pages.ts";
import { focusedQuestion, focusedTask, openQuestions, selectedModel, type World } from "../screen/screen-model.ts";
import type { OpenQuestion } from "../screen/screen-source.ts";
import {
  closed,
  opened,
  sending,
  stay,
  topOverlay,
  type Overlay,
  type Prompt,
  type Step,
  type UiState,
} from "../screen/ui-state.ts";
import { hasOutput } from "../tasks/task-detail.ts";
import { dollars, money } from "../text/amounts.ts";
import { editOf } from "../text/text-edit.ts";
import type { ViewCommand } from "./commands.ts";
import { questionWritten } from "./handlers-asks.ts";
import type { Handler } from "./handlers-diff.ts";

/** Actions of the screen that ask for a word first, or look first and then ask. */

const prompted = (ui: UiState, of: Prompt): Step => stay(opened(ui, { kind: "prompt", of, edit: editOf("") }));

/** Asks until when the model, or all of its account or provider, is held. */
const holdUntil =
  (scope: Extract<Hold["scope"], "model" | "account" | "provider">) =>
  (ui: UiState, world: World): Step => {
    const model = selectedModel(ui, world);
    if (model === null) return stay(ui);
    const provider = world.source.getSnapshot("tasks", "").accounts[model.name]?.provider;
    const target = { model: model.name, account: model.account, provider }[scope];
    return target === undefined
      ? stay({ ...ui, hint: `nobody knows the provider of ${model.name}` })
      : prompted(ui, { what: "hold", scope, target });
  };

/** The output of what the model does now, or did last. */
function openModel(ui: UiState, world: World): Step {
  const model = selectedModel(ui, world);
  if (model === null) return stay(ui);
  const last = world.source.getSnapshot("activity", "")?.attempts.findLast((one) => one.model === model.name);
  const call = model.running[0]?.call;
  const [task, id] = call === undefined ? [last?.task, last?.call] : [call.task, call.id];
  if (task === undefined || id === undefined) return stay({ ...ui, hint: `${model.name} was not asked yet` });
  return stay({
    ...ui,
    detail: { task, tab: "output", top: 0, anchor: null },
    output: { ...ui.output, call: id, turned: [] },
  });
}

/** The output of the task at hand, at the call that runs or was the last. */
function openOutput(ui: UiState, world: World): Step {
  const task = focusedTask(ui, world);
  if (task === null) return stay(ui);
  const facts = world.source.getSnapshot("task", task);
  if (facts !== null && !hasOutput(facts)) return stay({ ...ui, hint: `no model was asked for ${task} yet` });
  const calls = callsInOrder(facts);
  const call = calls[shownCall(calls, null)]?.id ?? null;
  return stay({
    ...ui,
    detail: { task, tab: "output", top: 0, anchor: null },
    output: { ...ui.output, call, turned: [] },
  });
}

/** The question for more budget: that of the task at hand, else the oldest. */
function budgetQuestion(ui: UiState, world: World): OpenQuestion | null {
  const own = focusedQuestion(ui, world);
  if (own?.question.kind === "budget") return own;
  const open = openQuestions(world.source.getSnapshot("review", ""));
  return open.find(({ question }) => question.kind === "budget") ?? null;
}

/** Asks by how much, beside what was spent of what; without a question for it, says where a budget is raised. */
function raiseBudget(ui: UiState, world: World): Step {
  const { cost, capMicros } = world.source.getSnapshot("run", "");
  const spent = `${money(cost)} spent${capMicros === null ? ", no cap for the run" : ` of ${dollars(capMicros)}`}`;
  const open = budgetQuestion(ui, world);
  if (open === null)
    return stay({
      ...ui,
      hint: `${spent}; no task waits for more. A higher cap goes into the settings (budget.run_usd) and counts from the next start`,
    });
  const { id, task, evidence } = open.question;
  const by = evidence["raiseMicros"];
  return prompted(ui, { what: "budget", question: id, task, spent, byMicros: typeof by === "number" ? by : null });
}

/** What was typed into a prompt: nothing means what its placeholder says. */
export function acceptPrompt(ui: UiState, world: World, overlay: Extract<Overlay, { kind: "prompt" }>): Step {
  const { of } = overlay;
  const text = overlay.edit.text.trim();
  if (of.what === "ask")
    return text === ""
      ? stay({ ...ui, hint: "ask something, or press esc" })
      : questionWritten(closed(ui), world, text);
  if (of.what === "reopen") {
    if (text === "") return stay({ ...ui, hint: "say what for, or press esc" });
    const { task, stage } = of;
    return sending(closed(ui), { kind: "give", command: { kind: "reopen_stage", task, stage, because: text } });
  }
  if (of.what === "budget") {
    const micros = text === "" ? null : parseDollars(text);
    if (text !== "" && micros === null) return stay({ ...ui, hint: "that is no amount; write 5 or 2.50" });
    return sending(closed(ui), {
      kind: "answer",
      question: of.question,
      task: of.task,
      action: "approve",
      text: micros === null ? null : `$${(micros / 1_000_000).toFixed(2)}`,
      model: null,
    });
  }
  const { now } = world.source.getSnapshot("clock", "");
  const until = text === "" ? null : parseFutureInstant(text, now);
  if (until === "over") return stay({ ...ui, hint: "that is over already" });
  if (text !== "" && until === null) return stay({ ...ui, hint: "that is no time; write 30m, 2h or 20:00" });
  return sending(closed(ui), { kind: "hold", scope: of.scope, target: of.target, untilMs: until });
}

const landTitle = "Land what is merged";

/** Looks what would land, and asks then. */
const land = (ui: UiState): Step =>
  sending(
    opened(ui, {
      kind: "confirm",
      title: landTitle,
      lines: ["looking at what would land …"],
      buttons: [{ label: "Not now", send: [] }],
      index: 0,
      yes: 0,
    }),
    { kind: "look_landing" },
  );

/** What would land, for the dialog that waits for it; the first line is the branch, "" where nothing would. */
export function landingTold(ui: UiState, text: string): Step {
  const overlay = topOverlay(ui);
  if (overlay?.kind !== "confirm" || overlay.title !== landTitle) return stay(ui);
  const [into = "", ...lines] = text.split("\n");
  const go = into === "" ? [] : [{ label: `Land on ${into}`, send: [{ kind: "land" as const, into }] }];
  const buttons = [...overlay.buttons.slice(0, 1), ...go];
  return stay({
    ...ui,
    overlays: [...ui.overlays.slice(0, -1), { ...overlay, lines, buttons, yes: buttons.length - 1 }],
  });
}

/** What happened in the last day, over the view. */
const report = (ui: UiState): Step => sending({ ...ui, hint: "reading what happened …" }, { kind: "report" });

export const reportTold = (ui: UiState, text: string): Step =>
  topOverlay(ui) === null
    ? stay(opened({ ...ui, hint: null }, { kind: "text", title: "Report", text, top: 0 }))
    : stay(ui);

const toModel =
  (send: (name: string) => Step["send"][number]): Handler =>
  (ui, world) => {
    const model = selectedModel(ui, world);
    return model === null ? stay(ui) : sending(ui, send(model.name));
  };

const toHolds =
  (kind: "release_hold" | "keep_hold"): Handler =>
  (ui, world) => ({
    ui,
    send: (selectedModel(ui, world)?.holds ?? []).map(({ id }) => ({ kind, hold: id })),
  });

/** The task of the last line of the log in sight that is about one. */
function openFromLog(ui: UiState, world: World): Step {
  const { at, content } = logPage(ui, world);
  const last = lastTask(content, ui.log.anchor, inside(at).height);
  return last === null
    ? stay({ ...ui, hint: "no line in sight is about a task" })
    : stay({ ...ui, detail: { task: last.task, tab: null, top: 0, anchor: null } });
}

export const actionHandlers = {
  "log.open": openFromLog,
  "models.retry_now": toHolds("release_hold"),
  "models.keep_hold": toHolds("keep_hold"),
  "models.hold": toModel((model) => ({ kind: "hold_model", model })),
  "models.reset": toModel((model) => ({ kind: "reset_breaker", model })),
  "task.output": openOutput,
  "models.hold_until": holdUntil("model"),
  "models.hold_account": holdUntil("account"),
  "models.hold_provider": holdUntil("provider"),
  "models.open": openModel,
  "run.land": land,
  "run.budget": raiseBudget,
  "run.report": report,
} satisfies Partial<Record<ViewCommand, Handler>>;

import { asksAtWork } from "../screen/screen-source.ts";
import { conditionsIn, type World } from "../screen/screen-model.ts";
import { opened, sending, stay, type Button, type Step, type UiState } from "../screen/ui-state.ts";
import { ask } from "./handlers-decisions.ts";
import type { Handler } from "./handlers-diff.ts";
import { leaveAsks } from "./handlers-asks.ts";

/** With work under way it asks; leaving it running is the default. */
export function quit(ui: UiState, world: World): Step {
  const { source } = world;
  const run = source.getSnapshot("run", "");
  const asks = source.getSnapshot("asks", asksAtWork).running;
  if (run.engine !== "alive" || run.run?.state !== "running")
    return asks === 0 ? sending(ui, { kind: "leave", run: "keep" }) : stay(opened(ui, leaveAsks));
  const { working } = conditionsIn(world);
  const stops: readonly Button[] = working
    ? [
        { label: "Stop after these calls", send: [{ kind: "leave", run: "stop" }] },
        { label: "Stop now", send: [{ kind: "leave", run: "stop_now" }] },
      ]
    : [{ label: "Stop it", send: [{ kind: "leave", run: "stop" }] }];
  const buttons: readonly Button[] = [
    { label: "Leave it running", send: [{ kind: "leave", run: "keep" }] },
    ...stops,
    { label: "Stay", send: [] },
  ];
  const lines = [
    ...(working
      ? [
          "The engine works in the background and goes on without this screen.",
          "Stopping now takes a snapshot of what is under way.",
        ]
      : ["Nothing is being worked on now. The engine waits in the background, and goes on as soon as it can."]),
    ...(asks === 0 ? [] : ["Models still answer what you asked: that ends with the screen."]),
  ];
  return stay(
    opened(ui, {
      kind: "confirm",
      title: working ? "Work is under way" : "The run is not over",
      lines,
      buttons,
      index: 0,
      yes: 0,
    }),
  );
}

export const stop =
  (now: boolean): Handler =>
  (ui) =>
    ask(
      ui,
      now ? "Stop the run now" : "Stop the run",
      [now ? "Calls under way are cut off after a snapshot." : "Calls under way are finished, nothing new starts."],
      {
        label: "Stop",
        send: [{ kind: "give", command: { kind: "stop", now } }],
      },
    );

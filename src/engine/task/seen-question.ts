import { brand } from "../../domain/brand.ts";
import type { Seen, SeenItem } from "../../domain/seen.ts";
import type { Turn } from "../waiting/turn.ts";
import type { TaskWriter } from "../writing/task-writer.ts";
import type { DurableTask } from "./durable-task.ts";
import type { RunnerParts } from "./runner-parts.ts";
import { TaskFailed } from "../waiting/interrupts.ts";

/** Asks about what was changed behind our back. One task asks about a moved integration branch; others wait for its answer. */
export async function askAboutSeen(
  parts: RunnerParts,
  turn: Turn,
  task: DurableTask,
  writer: TaskWriter,
  seen: Seen,
): Promise<void> {
  const { behindBack } = parts;
  if (!behindBack.asksAbout(seen, task.id)) {
    const reason = "another task asks about the integration branch";
    await turn.idle({ kind: "question", untilMs: null, reason }, (idle) =>
      idle.until(null, () => Promise.resolve(!behindBack.isAskedElsewhere(seen, task.id))),
    );
    return;
  }
  const moved = seen.items.find(({ outcome }) => outcome === "take_over");
  try {
    const given = await task.ask(`seen/${seen.id}`, {
      kind: "other",
      reason: moved === undefined ? "behind_back" : "moved_branch",
      text: [
        moved === undefined ? seenText(task.id, seen) : movedText(task.id, seen, moved),
        ...behindBack.faultsOf(seen),
      ].join("\n"),
      actions: moved === undefined ? ["approve", "abort"] : ["approve", "reject", "abort"],
      returnState: writer.stateBeforeQuestion,
      evidence: {
        since: new Date(seen.sinceMs).toISOString(),
        ran: seen.ran.map((ran) => `${ran.task}: ${ran.what}`),
        changed: seen.items.map(changeText),
      },
      to: () => writer.stateBeforeQuestion,
    });
    if (given.action === "abort")
      throw new TaskFailed({ type: "aborted", reason: "behind_back", message: given.text ?? `aborted by ${given.by}` });
    await behindBack.answered(seen, task.id, given.action === "approve", given.by);
  } finally {
    behindBack.giveUp(seen, task.id);
  }
}

function short(value: string | null): string {
  if (value === null) return "nothing";
  return value.startsWith("ref: ") ? `a link to ${value.slice(5)}` : value.slice(0, 12);
}

/** refs/heads/main: 1234 -> 5678, put back; what stood there is kept as … */
function changeText({ kind, name, from, to, outcome, kept }: SeenItem): string {
  const what = kind === "file" ? `${name} was changed` : `${name}: ${short(from)} -> ${short(to)}`;
  const became = outcome === "put_back" ? "put back" : "left as it is";
  return `${what}, ${became}${kept === null ? "" : `; what stood there is kept as ${kept}`}`;
}

function ranText({ ran }: Seen): string {
  if (ran.length === 0) return "no call or check ran meanwhile";
  return `meanwhile ran ${ran.map(({ task, what }) => `${task}: ${what}`).join(", ")}`;
}

const sinceText = ({ sinceMs }: Seen): string =>
  sinceMs === 0 ? "" : ` since ${new Date(sinceMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;

const seenText = (task: string, seen: Seen): string =>
  [
    `While ${task} worked, the repository was changed by somebody else${sinceText(seen)} (${ranText(seen)}).`,
    ...seen.items.map((item) => `- ${changeText(item)}`),
    `Approve: ${task} goes on, and what is said above stays so. Abort: ${task} is given up; its branch stays.`,
  ].join("\n");

const movedText = (task: string, seen: Seen, moved: SeenItem): string =>
  [
    `${moved.name.replace("refs/heads/", "")} was moved by somebody else${sinceText(seen)} (${ranText(seen)}): it is at ${short(moved.to)}, and the last that was known of it is ${short(moved.from)}. Nothing is built on it before you say what it is.`,
    `Approve: it counts, and all tasks build on it. Reject: the branch goes back to ${short(moved.from)}, and what stands there now is kept below ${brand.refs}/seen. Abort: only ${task} is given up, and another task asks.`,
  ].join("\n");

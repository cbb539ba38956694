import type { Clock } from "../engine/ports/clock.ts";
import { openQuestions } from "../view/screen/screen-model.ts";
import type { ScreenSource } from "../view/screen/screen-source.ts";
import { clean } from "../view/text/clean.ts";

const betweenBellsMs = 60_000;
const longestTitle = 100;
const pushTitle = "\x1b[22;2t";

export interface AttentionParts {
  readonly source: ScreenSource;
  readonly clock: Pick<Clock, "now">;
  readonly write: (text: string) => void;
  readonly name: string;
  /** Whether a person wants it; asked when something waits for the first time. */
  readonly wanted: () => boolean;
}

/**
 * Says in the title of the terminal how many questions wait, and rings its bell when one more does, at most once a minute. Nothing is
 * written while nothing waits. Returns the way to stop.
 */
export function watchAttention({ source, clock, write, name, wanted }: AttentionParts): () => void {
  let known: ReadonlySet<string> | null = null;
  let isWanted: boolean | null = null;
  let titled = false;
  let rangAt = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    const open = openQuestions(source.getSnapshot("review", ""));
    const now = new Set(open.map(({ question }) => question.id));
    const before = known;
    known = now;
    if (now.size === (before?.size ?? 0) && [...now].every((id) => before?.has(id) === true)) return;
    if (now.size > 0) isWanted ??= wanted();
    if (isWanted !== true) return;
    const title = clean(`${now.size === 0 ? "" : `(${now.size}) `}${name}`, { max: longestTitle });
    write(`${titled ? "" : pushTitle}\x1b]2;${title}\x07`);
    titled = true;
    // Who opens a screen sees what waits.
    const isNew = before !== null && [...now].some((id) => !before.has(id));
    if (!isNew || clock.now() - rangAt < betweenBellsMs) return;
    rangAt = clock.now();
    write("\x07");
  };
  look();
  return source.subscribe("review", "", look);
}

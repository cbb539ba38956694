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
  readonly wanted: () => Promise<boolean>;
}

/**
 * Says in the title of the terminal how many questions wait, and rings its bell when one more does, at most once a minute. Nothing is
 * written while nothing waits. Returns the way to stop.
 */
export function watchAttention({ source, clock, write, name, wanted }: AttentionParts): () => void {
  let known: ReadonlySet<string> | null = null;
  let isWanted: Promise<boolean> | null = null;
  let titled = false;
  let stopped = false;
  let rangAt = Number.NEGATIVE_INFINITY;
  const say = (count: number, isNew: boolean): void => {
    const title = clean(`${count === 0 ? "" : `(${count}) `}${name}`, { max: longestTitle });
    write(`${titled ? "" : pushTitle}\x1b]2;${title}\x07`);
    titled = true;
    if (!isNew || clock.now() - rangAt < betweenBellsMs) return;
    rangAt = clock.now();
    write("\x07");
  };
  const look = (): void => {
    const open = openQuestions(source.getSnapshot("review", ""));
    const now = new Set(open.map(({ question }) => question.id));
    const before = known;
    known = now;
    if (now.size === (before?.size ?? 0) && [...now].every((id) => before?.has(id) === true)) return;
    if (now.size > 0) isWanted ??= wanted().catch(() => false);
    // Who opens a screen sees what waits.
    const isNew = before !== null && [...now].some((id) => !before.has(id));
    void isWanted?.then((yes) => (yes && !stopped ? say(now.size, isNew) : undefined));
  };
  look();
  const unsubscribe = source.subscribe("review", "", look);
  return () => {
    stopped = true;
    unsubscribe();
  };
}

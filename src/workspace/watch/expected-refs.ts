import type { LogLine } from "./move-log.ts";

/** A move of ours whose end is not written: it may have been made or not. */
export interface OpenMove {
  readonly id: string;
  readonly ref: string;
  readonly to: string | null;
  readonly at: number;
}

/** Longer than any git command of ours may take: what began before then is over, whoever it was. */
const longestMoveMs = 20 * 60_000;

/** What each ref may be: as it was last seen, or where moves that are written down have brought it. */
export class ExpectedRefs {
  readonly #known: Readonly<Record<string, string>>;
  /** Refs that were moved; the others are as known. */
  readonly #reached = new Map<string, string | null>();
  readonly #open: Map<string, OpenMove>;

  constructor(known: Readonly<Record<string, string>>, open: readonly OpenMove[]) {
    this.#known = known;
    this.#open = new Map(open.map((move) => [move.id, move]));
  }

  apply(lines: readonly LogLine[]): void {
    for (const line of lines) {
      if (line.kind === "begin") this.#open.set(line.id, line);
      else {
        const move = this.#open.get(line.id);
        this.#open.delete(line.id);
        if (move !== undefined && line.moved) this.#reached.set(move.ref, move.to);
      }
    }
  }

  /** Where it was last for certain; null: it was not there. */
  last(ref: string): string | null {
    const reached = this.#reached.get(ref);
    return reached === undefined ? (this.#known[ref] ?? null) : reached;
  }

  /** `meanwhile`: lines that were written while the refs were read. */
  fits(ref: string, value: string | null, meanwhile: readonly LogLine[]): boolean {
    if (value === this.last(ref)) return true;
    return [...this.#open.values(), ...meanwhile].some(
      (line) => "ref" in line && line.ref === ref && line.to === value,
    );
  }

  openMoves(nowMs: number): readonly OpenMove[] {
    return [...this.#open.values()].filter(({ at }) => nowMs - at < longestMoveMs);
  }
}

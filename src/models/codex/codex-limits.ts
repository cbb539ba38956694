import { instantIn, objectIn, textIn, type JsonObject } from "../json-line.ts";

/** A share of a window of the plan, and when that begins anew. */
interface LimitWindow {
  readonly usedPercent: number;
  /** Epoch milliseconds; null: it was not said. */
  readonly resetAtMs: number | null;
}

/** What the app server says of the limits of a plan, in answers to `account/rateLimits/read` and in updates of them. */
export class CodexLimits {
  readonly #windows = new Map<string, LimitWindow>();

  /** An update tells only what has changed. */
  note(snapshot: JsonObject): void {
    for (const name of ["primary", "secondary"]) {
      const window = objectIn(snapshot[name]);
      const used = window?.["usedPercent"];
      if (window === null || typeof used !== "number") continue;
      this.#windows.set(name, { usedPercent: used, resetAtMs: instantIn(window["resetsAt"]) });
    }
  }

  /** When all windows that are used up have begun anew; null: none is, or nobody knows. */
  get resetAtMs(): number | null {
    const resets = [...this.#windows.values()]
      .filter(({ usedPercent }) => usedPercent >= 100)
      .flatMap(({ resetAtMs }) => (resetAtMs === null ? [] : [resetAtMs]));
    return resets.length === 0 ? null : Math.max(...resets);
  }

  /** Whether an answer says that nothing may be asked of the plan now. */
  isUsedUp(answer: JsonObject): boolean {
    const snapshot = objectIn(answer["rateLimits"]) ?? {};
    this.note(snapshot);
    const credits = objectIn(snapshot["credits"]);
    if (credits?.["unlimited"] === true || credits?.["hasCredits"] === true) return false;
    const allowed = answer["ordinaryUsageAllowed"];
    if (typeof allowed === "boolean") return !allowed;
    const isFull = [...this.#windows.values()].some(({ usedPercent }) => usedPercent >= 100);
    return isFull || textIn(snapshot["rateLimitReachedType"]) !== null || snapshot["spendControlReached"] === true;
  }
}

import type { UsedWindow } from "../../domain/account-use.ts";
import { windowName } from "../../policy/account-windows.ts";
import { countIn, instantIn, objectIn, textIn, type JsonObject } from "../json-line.ts";
import { usedWindow } from "../plan-windows.ts";

/** A share of a window of the plan, and when that begins anew. */
interface LimitWindow {
  /** 5h, or its place among them where its length is not said. */
  readonly name: string;
  readonly usedPercent: number;
  /** Epoch milliseconds; null: it was not said. */
  readonly resetAtMs: number | null;
}

/** What the app server says of the limits of a plan, in answers to `account/rateLimits/read` and in updates of them. */
export class CodexLimits {
  readonly #windows = new Map<string, LimitWindow>();

  /** An update tells only what has changed. The app server and the events of a session spell the same differently. */
  note(snapshot: JsonObject, nowMs = 0): void {
    for (const place of ["primary", "secondary"]) {
      const window = objectIn(snapshot[place]);
      const used = window?.["usedPercent"] ?? window?.["used_percent"];
      if (window === null || typeof used !== "number") continue;
      const minutes = countIn(window["windowDurationMins"] ?? window["window_minutes"]) ?? 0;
      const name = minutes > 0 ? windowName(minutes) : (this.#windows.get(place)?.name ?? place);
      const inSeconds = countIn(window["resets_in_seconds"]);
      const resetAtMs =
        instantIn(window["resetsAt"] ?? window["resets_at"]) ?? (inSeconds === null ? null : nowMs + inSeconds * 1_000);
      this.#windows.set(place, { name, usedPercent: used, resetAtMs });
    }
  }

  /** All windows it has told of. */
  get used(): readonly UsedWindow[] {
    const told = [...this.#windows.values()];
    return told.flatMap(({ name, usedPercent, resetAtMs }) => usedWindow(name, usedPercent / 100, resetAtMs) ?? []);
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

import type { UsedWindow } from "../../domain/account-use.ts";
import type { Settings } from "../../domain/settings.ts";
import { isNoticeable } from "../../policy/account-windows.ts";
import type { Ledger } from "../ports/ledger.ts";

interface UsedWindowsParts {
  readonly ledger: Pick<Ledger, "log">;
  readonly settings: () => Pick<Settings, "accounts">;
}

/** Writes down what programs tell of their accounts' windows, once it has noticeably changed: they say it with each answer. */
export class UsedWindows {
  readonly #parts: UsedWindowsParts;
  /** As written down last by this process. */
  readonly #told = new Map<string, ReadonlyMap<string, UsedWindow>>();

  constructor(parts: UsedWindowsParts) {
    this.#parts = parts;
  }

  async note(account: string, windows: readonly UsedWindow[]): Promise<void> {
    const before = this.#told.get(account) ?? new Map<string, UsedWindow>();
    const keep = this.#parts.settings().accounts?.[account]?.keep ?? 0;
    const changed = windows.filter((window) => isNoticeable(before.get(window.name) ?? null, window, keep));
    if (changed.length === 0) return;
    this.#told.set(account, new Map([...before, ...changed.map((window) => [window.name, window] as const)]));
    await this.#parts.ledger.log.append({
      repository: null,
      run: null,
      events: [{ type: "account.used", data: { account, windows: changed } }],
    });
  }
}

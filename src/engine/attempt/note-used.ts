import type { UsedWindow } from "../../domain/account-use.ts";
import type { Settings } from "../../domain/settings.ts";
import { isOutdated, noticeable, type ToldWindow } from "../../policy/account-windows.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";

interface UsedWindowsParts {
  readonly ledger: Pick<Ledger, "log" | "account">;
  readonly clock: Pick<Clock, "now">;
  readonly settings: () => Pick<Settings, "accounts">;
}

/** Writes down what programs tell of their accounts' windows, once it has noticeably changed: they say it with each answer. */
export class UsedWindows {
  readonly #parts: UsedWindowsParts;
  /** As written down last by this process, or before it by others. */
  readonly #told = new Map<string, readonly ToldWindow[]>();

  constructor(parts: UsedWindowsParts) {
    this.#parts = parts;
  }

  /** `isAgain`: of a call that a dead engine began, whose output is read from its beginning. */
  async note(account: string, windows: readonly UsedWindow[], isAgain: boolean): Promise<void> {
    const { ledger, clock, settings } = this.#parts;
    const at = clock.now();
    const before = this.#told.get(account) ?? (await this.#written(account));
    const written = isAgain ? await this.#written(account) : [];
    const now = windows
      .map((window) => ({ ...window, at }))
      .filter((window) => !isOutdated(written.find(({ name }) => name === window.name) ?? null, window));
    const changed = noticeable(before, now, settings().accounts?.[account]?.keep ?? 0);
    const isChanged = ({ name }: ToldWindow): boolean => changed.some((one) => one.name === name);
    this.#told.set(account, [...before.filter((one) => !isChanged(one)), ...changed]);
    if (changed.length === 0) return;
    await ledger.log.append({
      repository: null,
      run: null,
      events: [
        {
          type: "account.used",
          data: { account, windows: changed.map(({ name, share, resetAtMs }) => ({ name, share, resetAtMs })) },
        },
      ],
    });
  }

  async #written(account: string): Promise<readonly ToldWindow[]> {
    const { ledger, clock } = this.#parts;
    return (await ledger.account.use(clock.now())).windows.filter((window) => window.account === account);
  }
}

import { resolve } from "node:path";

import type { AccountSettings, DayHours, NotifySettings, ServiceSettings, Settings } from "../domain/settings.ts";
import { ms } from "./durations.ts";
import { type LocatedMap, nodeAt } from "./located.ts";
import type { WrittenSettings } from "./settings-schema.ts";

type Written<Key extends keyof WrittenSettings> = NonNullable<WrittenSettings[Key]>;

/** A command, where something stands there. */
export const command = (written: string | undefined): string | null =>
  written === undefined || written.trim() === "" ? null : written;

/** What the settings of a working day say. Each left out where the file says nothing, so that digests stay as they were. */
export function toDaily(
  written: WrittenSettings,
  root: LocatedMap,
): Pick<Settings, "accounts" | "services" | "areas" | "notify"> {
  const { accounts, services, areas, notify } = written;
  return {
    ...(accounts === undefined ? {} : { accounts: toAccounts(accounts, root) }),
    ...(services === undefined ? {} : { services: mapped(services, toService) }),
    ...(areas === undefined ? {} : { areas }),
    ...(notify === undefined ? {} : { notify: toNotify(notify) }),
  };
}

export function toSetup(written: WrittenSettings["setup"]): Pick<Settings, "setup" | "setupCache"> {
  if (written === undefined || typeof written === "string") return { setup: command(written) };
  const { run, cache = [], key = [] } = written;
  return { setup: run, ...(cache.length === 0 ? {} : { setupCache: { paths: cache, key } }) };
}

function toAccounts(written: Written<"accounts">, root: LocatedMap): Readonly<Record<string, AccountSettings>> {
  return mapped(written, ({ keep, hours, parallel, window, home, key_env: keyEnv }, name) => {
    const { folder } = (nodeAt(root, ["accounts", name, "home"]) ?? root).at.source;
    return {
      ...(keep === undefined ? {} : { keep: Number(keep.slice(0, -1)) / 100 }),
      ...(hours === undefined ? {} : { hours: toHours(hours) }),
      ...(parallel === undefined ? {} : { parallel }),
      ...(window === undefined ? {} : { window: toWindow(window) }),
      ...(home === undefined ? {} : { home: home.startsWith("~/") ? home : resolve(folder, home) }),
      ...(keyEnv === undefined ? {} : { keyEnv }),
    };
  });
}

const toService = ({ start, probe, stop, per, ready }: Written<"services">[string]): ServiceSettings => ({
  start,
  probe: probe ?? null,
  stop: stop ?? null,
  per: per ?? "run",
  readyMs: ms(ready, 60_000),
});

const toNotify = ({ terminal, desktop, command: argv, webhook, quiet, detail }: Written<"notify">): NotifySettings => ({
  ...(terminal === undefined ? {} : { terminal }),
  desktop: desktop ?? false,
  command: argv ?? null,
  webhook: webhook === undefined ? null : { url: webhook.url, secretEnv: webhook.secret_env ?? null },
  quiet: quiet === undefined ? null : toHours(quiet),
  detail: detail ?? "none",
});

/** "22:00-07:00" */
function toHours(written: string): DayHours {
  const minutes = (at: number): number =>
    Number(written.slice(at, at + 2)) * 60 + Number(written.slice(at + 3, at + 5));
  return { fromMin: minutes(0), toMin: minutes(6) };
}

/** "200/5h" */
function toWindow(written: string): { readonly calls: number; readonly lengthMs: number } {
  const slash = written.indexOf("/");
  return { calls: Number(written.slice(0, slash)), lengthMs: ms(written.slice(slash + 1), 0) };
}

const mapped = <From, To>(
  table: Readonly<Record<string, From>>,
  to: (value: From, name: string) => To,
): Readonly<Record<string, To>> =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, to(value, name)]));

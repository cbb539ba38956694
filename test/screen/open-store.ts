import { onTestFinished } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import type { ModelSettings, Settings } from "../../src/domain/settings.ts";
import type { StoreParts } from "../../src/screen/store-parts.ts";
import { ScreenStore } from "../../src/screen/store.ts";
import { noon, run } from "../view/fixtures.ts";
import { FakeLedger } from "./fake-ledger.ts";
import { settled, SlowClock } from "./slow-clock.ts";

const modelSettings = (name: string): ModelSettings => ({
  name,
  adapter: "scripted",
  model: null,
  tier: "large",
  billing: "free",
  account: `${name}-account`,
  provider: `${name}-provider`,
  argv: null,
  baseUrl: null,
  keyEnv: null,
  scenario: null,
  env: { pass: [], set: {} },
  folder: "/",
});
export const settings: Settings = {
  ...defaultSettings,
  models: [{ ...modelSettings("opus"), billing: "metered" }, modelSettings("gpt")],
  limits: { ...defaultSettings.limits, perModel: { opus: { parallel: 2, rpm: null, tpm: null } } },
  budget: { ...defaultSettings.budget, runMicros: 25_000_000 },
};

/** An open store over a ledger that holds an ended run, before `prepare` changes it. */
export async function openStore(prepare: (ledger: FakeLedger) => unknown, more: Partial<StoreParts> = {}) {
  const clock = new SlowClock(noon);
  const ledger = new FakeLedger(clock);
  ledger.run = run({ id: "run1", state: "ended", endedAt: noon });
  ledger.settings = settings;
  prepare(ledger);
  const tails = new Map<string, { readonly text: string; readonly tool: string | null; readonly bytes: number }>();
  const kept = new Map<string, string | null>();
  const store = new ScreenStore({
    ledger,
    clock,
    scratch: { read: (id) => tails.get(id) ?? null },
    repository: { id: "repo", name: "acme/shop" },
    settings: () => Promise.resolve(null),
    isDeadByPid: () => false,
    loadDiff: (from, to) => Promise.resolve(`diff ${from} ${to}`),
    motion: true,
    drafts: {
      get: (key) => Promise.resolve(kept.get(key) ?? null),
      put: async (key, text) => {
        kept.set(key, text);
      },
    },
    ...more,
  });
  const opening = store.open();
  await clock.pass(0);
  await opening;
  await settled();
  onTestFinished(() => store.close());
  ledger.reads.clear();
  return { clock, ledger, store, tails, kept };
}

import { expect, test } from "vitest";

import { accountPlaces } from "../../../src/cli/wiring/walls.ts";
import { model, settings } from "../../policy/sample.ts";

const env = { HOME: "/home/u" };

test("logins of accounts are for their own models, also those of accounts that only other repositories use", () => {
  const login = { home: "~/.claude-work" };
  const work = model("work", { adapter: "claude-code", account: "work", login });
  const accounts = { work: { home: login.home }, elsewhere: { home: "~/.codex-private" }, key: { keyEnv: "KEY" } };
  const places = accountPlaces(settings({ models: [work], accounts }), env);
  expect(places).toContain("/home/u/.claude-work");
  expect(places).toContain("/home/u/.codex-private");
  // Their programs keep nothing else there, and all of a home is no login.
  for (const home of ["~/", "/home/u", "/home", "/"])
    expect(accountPlaces(settings({ models: [], accounts: { any: { home } } }), env)).toEqual([]);
  expect(accountPlaces(settings({ models: [work] }), env)).toEqual(places.filter((one) => !one.endsWith("private")));
});

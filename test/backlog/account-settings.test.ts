import { expect, test } from "vitest";

import { parseSettings } from "../../src/backlog/settings.ts";
import { problemLine } from "../../src/domain/problem.ts";
import type { Settings } from "../../src/domain/settings.ts";

const parse = (text: string) =>
  parseSettings({
    files: [{ file: "gandy.yaml", folder: "/repo", text }],
    env: {},
    flags: {},
    adapters: ["claude-code", "codex", "scripted", "anthropic"],
  });
function settingsOf(text: string): Settings {
  const { settings, problems } = parse(text);
  expect(problems.map(problemLine)).toEqual([]);
  if (settings === null) throw new Error("no settings");
  return settings;
}
const problems = (text: string): readonly string[] => parse(text).problems.map(problemLine);

test("what is asked of an account", () => {
  const text = `models: {c: {adapter: claude-code}}
accounts: {anthropic-plan: {keep: 30%, hours: "22:00-07:00", parallel: 3, window: 200/5h, home: login}}`;
  expect(settingsOf(text).accounts).toEqual({
    "anthropic-plan": {
      keep: 0.3,
      hours: { fromMin: 1320, toMin: 420 },
      parallel: 3,
      window: { calls: 200, lengthMs: 18_000_000 },
      home: "/repo/login",
    },
  });
});

test("two models of one provider have the logins of their accounts, and others the usual one", () => {
  const text = `models:
  work: {adapter: claude-code, account: work}
  private: {adapter: claude-code, account: private}
  paid: {adapter: claude-code, account: paid}
  plan: {adapter: claude-code, account: paid, billing: subscription}
  own: {adapter: claude-code, account: paid, key_env: OWN_KEY}
  usual: {adapter: claude-code}
accounts: {work: {home: ~/.claude-work}, private: {home: /private}, paid: {key_env: PAID_KEY}}`;
  const seen = settingsOf(text).models.map(({ name, login, keyEnv, billing }) => [
    name,
    login?.home ?? null,
    keyEnv,
    billing,
  ]);
  expect(seen).toEqual([
    ["work", "~/.claude-work", null, "subscription"],
    ["private", "/private", null, "subscription"],
    ["paid", null, "PAID_KEY", "metered"],
    ["plan", null, "PAID_KEY", "subscription"],
    ["own", null, "OWN_KEY", "metered"],
    ["usual", null, null, "subscription"],
  ]);
});

test("an account that no model has, and a login that no program reads, are problems where they stand", () => {
  const text = (
    accounts: string,
  ): string => `models: {c: {adapter: claude-code, account: claude-max}, s: {adapter: scripted, scenario: s.yaml}}
accounts: {${accounts}}`;
  expect(problems(text("claude-mx: {keep: 30%}"))).toEqual([
    'gandy.yaml:2:12: error: no model has the account "claude-mx"; did you mean "claude-max"?',
  ]);
  expect(problems(text("zzz: {keep: 30%}"))).toEqual([
    'gandy.yaml:2:12: error: no model has the account "zzz"; known accounts: claude-max, s',
  ]);
  expect(problems(text("s: {home: /login}"))).toEqual([
    expect.stringContaining('gandy.yaml:2:22: error: no program of the account "s"'),
  ]);
  expect(problems('accounts: {any: {hours: "01:00-02:00"}}')).toEqual([]);
});

test.each([
  "keep: 100%",
  "keep: 0.3",
  'hours: "7-8"',
  'hours: "07:00-07:00"',
  "window: 5h",
  "window: 0/5h",
  "parallel: 0",
])("no %s", (written) => {
  expect(problems(`models: {s: {adapter: scripted, scenario: s.yaml}}\naccounts: {s: {${written}}}`)).toHaveLength(1);
});

test("what the user's own file says of an account no repository loosens, and it may speak of accounts of others", () => {
  const own = {
    file: "config.yaml",
    folder: "/home/.config/gandy",
    own: true,
    text: 'accounts: {plan: {keep: 30%, hours: "22:00-07:00"}, elsewhere: {keep: 10%}}',
  };
  const project = {
    file: "gandy.yaml",
    folder: "/repo",
    text: 'models: {c: {adapter: codex, account: plan}}\naccounts: {plan: {keep: 0%, hours: "00:00-23:59", parallel: 2}}',
  };
  const { settings, problems: found } = parseSettings({
    files: [own, project],
    env: {},
    flags: {},
    adapters: ["codex"],
  });
  expect(found).toEqual([]);
  expect(settings?.accounts).toEqual({
    plan: { keep: 0.3, hours: { fromMin: 1320, toMin: 420 }, parallel: 2 },
    elsewhere: { keep: 0.1 },
  });
});

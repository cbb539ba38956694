import { expect, test } from "vitest";

import { brand, tokenName } from "../../src/domain/brand.ts";
import { buildEnvironment } from "../../src/processes/environment.ts";

const parent = {
  PATH: "/bin",
  HOME: "/home/a",
  USER: "a",
  SHELL: "/bin/zsh",
  LANG: "C.UTF-8",
  LC_ALL: "C",
  LC_TIME: "de_DE",
  TZ: "UTC",
  TMPDIR: "/tmp",
  TERM: "xterm",
  ANTHROPIC_API_KEY: "secret",
  GIT_DIR: "/x",
  LC_: "no",
  MY_PATH: "no",
  EMPTY: undefined,
};
const fixed = { TMPDIR: "/own", TERM: "dumb", NO_COLOR: "1", CI: "1" };

test("only the fixed few of the parent go on", () => {
  expect(buildEnvironment({ parent, temporary: "/own" })).toEqual({
    PATH: "/bin",
    HOME: "/home/a",
    USER: "a",
    SHELL: "/bin/zsh",
    LANG: "C.UTF-8",
    LC_ALL: "C",
    LC_TIME: "de_DE",
    TZ: "UTC",
    ...fixed,
  });
});

test("what the parent lacks is absent, not empty", () => {
  expect(buildEnvironment({ parent: {}, temporary: "/own", pass: ["MISSING"] })).toEqual(fixed);
});

test("later parts win: pass, set, then the call's own", () => {
  const built = buildEnvironment({
    parent: { ...parent, A: "parent", B: "parent", C: "parent" },
    temporary: "/own",
    pass: ["A", "B", "C", "TERM", "EMPTY"],
    set: { B: "set", C: "set", CI: "" },
    call: { C: "call" },
  });
  expect(built).toMatchObject({ A: "parent", B: "set", C: "call", TERM: "xterm", CI: "" });
  expect(built).not.toHaveProperty("EMPTY");
  expect(built).not.toHaveProperty("ANTHROPIC_API_KEY");
});

test("a variable named like an inherited property is not taken from nowhere", () => {
  expect(buildEnvironment({ parent: {}, temporary: "/own", pass: ["NOT_THERE"] })).not.toHaveProperty("NOT_THERE");
});

test("what decides in a person's place goes to no child, under whatever name", () => {
  const token = `${brand.bin}_${"aB3-_".repeat(9).slice(0, 43)}`;
  const given = {
    ...parent,
    [tokenName]: token,
    MINE: token,
    URL: `https://x/?t=${token}`,
    DB: `${brand.bin}_development`,
  };
  const built = buildEnvironment({
    parent: given,
    temporary: "/own",
    pass: [tokenName, "MINE", "URL", "DB"],
    set: { [tokenName]: "short", OTHER: token },
    call: { THIRD: token },
  });
  expect(JSON.stringify(built)).not.toContain(token);
  expect(built).not.toHaveProperty(tokenName);
  expect(built["DB"]).toBe(`${brand.bin}_development`);
});

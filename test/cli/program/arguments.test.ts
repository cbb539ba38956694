import { describe, expect, test } from "vitest";

import { readArguments } from "../../../src/cli/program/arguments.ts";
import { findCommand } from "../../../src/cli/program/command-spec.ts";
import { commandsOf } from "../../../src/cli/program/commands-of.ts";
import { innerActions } from "../../../src/actions/inner.ts";
import { publicCommands } from "../../../src/cli/program/public-commands.ts";
import { brand } from "../../../src/domain/brand.ts";
import { atHand } from "../at-hand.ts";

const innerCommands = commandsOf(innerActions);
const all = [...publicCommands, ...innerCommands];

const specOf = (name: string) => {
  const spec = findCommand(all, name);
  if (spec === null) throw new Error(`no command ${name}`);
  return spec;
};
const read = (name: string, ...argv: string[]) => readArguments(specOf(name), argv);

describe("what is typed", () => {
  test("is read by the table of commands", () => {
    const args = read("run", "my.yaml", "--task", "A,B", "--task=C", "--parallel", "3", "--json");
    expect(args.positionals).toEqual(["my.yaml"]);
    expect(args.values("task")).toEqual(["A", "B", "C"]);
    expect(args.value("parallel")).toBe("3");
    expect([args.has("json"), args.has("plain")]).toEqual([true, false]);
  });

  test("may name a task by --task-id", () => {
    expect(read("run", "--task-id", "A").values("task")).toEqual(["A"]);
    expect(read("task", "--task-id", "A", "--approve").positionals).toEqual(["A"]);
  });

  test("may give a value that begins with a dash, but not swallow a flag", () => {
    expect(read("task", "A", "--request-changes", "- name it better").value("request-changes")).toBe(
      "- name it better",
    );
    expect(() => read("task", "A", "--request-changes", "--json")).toThrow("--request-changes needs a value: TEXT");
  });

  test.each([
    [["list", "--stat", "new"], 'list knows no "--stat"; did you mean "--state"?'],
    [["run", "--yes-to", "plans"], '--yes-to is one of plan, merge, not "plans"'],
    [["run", "--plain=1"], "--plain takes no value"],
    [["run", "--parallel"], "--parallel needs a value: N"],
    [["task"], "task needs ID: a task"],
    [["active", "now"], 'active takes no argument; what is "now"?'],
    [["ask", ""], "TEXT of ask is empty"],
    [["run", ""], "FILE of run is empty"],
    [["ask", "hi", "--models", ","], "--models needs a value: A,B,C"],
    [["ask", "hi", "--vote", "ann"], 'ask: "hi" (TEXT) does not go with --vote'],
    [["models", "--prices", "--reset", "ann"], "one at a time, not --prices and --reset"],
    [
      ["task", "A", "--message", "x"],
      "task: --message goes with --approve or --reject or --retry or --done or --abort or --answer",
    ],
    [["lsit"], 'unknown command "lsit"; did you mean "list"?'],
    [["--verion"], 'unknown option "--verion"'],
  ])("%s is refused with a hint", async (argv, message) => {
    const said = await atHand().say(...argv);
    expect(said.code).toBe(2);
    expect(said.err.split("\n")[0]).toBe(`${brand.bin}: ${message}`);
    expect(said.out).toBe("");
  });

  test("is refused before anything is opened", async () => {
    expect((await atHand({}).say("run", "--parallel", "many")).err).toContain(
      "--parallel must be a whole number from 1",
    );
  });
});

describe("help", () => {
  test("lists every command that is not hidden, in one line each", async () => {
    const { out, code } = await atHand().say("--help");
    expect(code).toBe(0);
    for (const { name, help } of publicCommands) expect(out).toContain(`  ${name.padEnd(11)}  ${help}\n`);
    for (const { name, help } of innerCommands) expect(out).not.toContain(`  ${name.padEnd(11)}  ${help}\n`);
  });

  test.each(all.map(({ name }) => name))("%s has a page of its own", async (name) => {
    const hand = atHand();
    const [flag, word] = [await hand.say(name, "--help"), await hand.say("help", name)];
    expect(flag.code).toBe(0);
    expect(flag.out).toContain(`Usage: ${brand.bin} ${name}`);
    expect(word.out).toBe(flag.out);
    for (const { name: long } of specOf(name).flags) expect(flag.out).toContain(`--${long}`);
  });

  test("names, aliases and flags are each there once", () => {
    const names = all.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(["list-tasks", "clean-state"]));
    for (const { flags } of all) expect(new Set(flags.map(({ name }) => name)).size).toBe(flags.length);
  });
});

import type { BaseGateCheck, BaseGateVerdict, Gate, GateRequest } from "../engine/ports/workspace.ts";
import { touchedInputs, variantsOf, type TouchedInput } from "../policy/base-gate.ts";
import { mayBeExpected } from "../policy/followed-files.ts";
import { isTestPath, type ChangeEntry, type ReadingCheck } from "../policy/gate-inputs.ts";
import { baseName } from "../policy/shell-commands.ts";
import { changeEntries } from "./change-entries.ts";
import { commitWithPutBack, putBacks, type PutBack } from "./gate-trees.ts";
import { treeOf } from "./commits.ts";
import { commandsOf, filesOfTree, readingChecks } from "./led-to.ts";
import type { WorkspaceContext } from "./workspace-context.ts";

type Judge = Gate["judgeByBase"];
type Input = PutBack<TouchedInput>;

const mostBases = 8;

/** Judges changes by the gate of their base. What the checks lead to is read once for each base. */
export function createBaseGate(context: WorkspaceContext, judgeCommit: Gate["run"]): Judge {
  const read = new Map<string, Promise<readonly ReadingCheck[]>>();
  const readersAt = async ({ base, checks }: GateRequest): Promise<readonly ReadingCheck[]> => {
    const { place } = await context.at();
    const tree = await treeOf(context.git, place, base);
    const { services } = context.options.settings;
    const told = checks.map((check) => [check.name, check.run, commandsOf(check, services)]);
    const key = JSON.stringify([tree, told]);
    const known = read.get(key);
    if (known !== undefined) return known;
    const reading = filesOfTree(context.git, place, tree).then((files) => readingChecks(checks, files, services));
    read.set(key, reading);
    for (const old of read.keys()) if (read.size > mostBases) read.delete(old);
    reading.catch(() => read.delete(key));
    return reading;
  };
  return async (request) => {
    const { git } = context;
    const { place } = await context.at();
    const { base, commit, checks } = request;
    if (checks.length === 0) return { touched: [], checks: [] };
    const entries = await changeEntries(git, place, base, commit);
    if (entries.length === 0) return { touched: [], checks: [] };
    const named = await namedByTests(context, base, entries);
    const readers = (await readersAt(request)).map((check) => ({
      ...check,
      files: new Set([...check.files, ...named]),
    }));
    const touched = touchedInputs(entries, readers, request.allowed);
    const inputs = await putBacks(git, place, request, touched);
    return inputs.length === 0 ? { touched: [], checks: [] } : await judge(context, judgeCommit, request, inputs);
  };
}

/** Changed files of data that a test of the base names: what it expects may stand there. In small letters. */
async function namedByTests(
  context: WorkspaceContext,
  base: string,
  entries: readonly ChangeEntry[],
): Promise<readonly string[]> {
  const paths = entries.flatMap(({ path, before }) => (before !== null && mayBeExpected(path) ? [path] : []));
  if (paths.length === 0) return [];
  const { place } = await context.at();
  const names = [...new Set(paths.map(baseName))];
  const args = ["grep", "-I", "-z", "--only-matching", "--fixed-strings", ...names.flatMap((name) => ["-e", name])];
  const { stdout } = await context.git(place, [...args, base, "--"], { answers: [0, 1] });
  // Of each find "commit:path", a NUL, and the name on a line.
  const finds = stdout.split("\n").map((line) => line.split("\0"));
  const named = new Set(
    finds.flatMap(([file = "", name]) =>
      name !== undefined && isTestPath(file.slice(file.indexOf(":") + 1)) ? [name] : [],
    ),
  );
  return paths.filter((path) => named.has(baseName(path))).map((path) => path.toLowerCase());
}

async function judge(
  context: WorkspaceContext,
  judgeCommit: Gate["run"],
  request: GateRequest,
  inputs: readonly Input[],
): Promise<BaseGateVerdict> {
  const { git } = context;
  const { place } = await context.at();
  const touched = inputs.map(({ entry: { path, before, after } }) => ({
    path,
    id: after?.id ?? null,
    isNew: before === null,
  }));
  const variants = variantsOf(inputs.map((input) => ({ input, maybeProduct: input.entry.maybeProduct })));
  const results = new Map<string, BaseGateCheck>();
  const own = await treeOf(git, place, request.commit);
  for (const variant of variants ?? []) {
    const back = variant.map(({ input }) => input);
    const commit = await commitWithPutBack(git, place, request, back);
    if ((await treeOf(git, place, commit)) === own) continue;
    for (const check of await judgeTree(judgeCommit, request, commit, back))
      if ((results.get(check.name)?.result ?? "pass") === "pass") results.set(check.name, check);
  }
  if (variants === null)
    for (const check of notMeasured(request, inputs, "the change touches too many files that its checks run"))
      results.set(check.name, check);
  return { touched, checks: [...results.values()] };
}

/** The checks that read what was put back, on the tree in which it was. */
async function judgeTree(
  judgeCommit: Gate["run"],
  request: GateRequest,
  commit: string,
  back: readonly Input[],
): Promise<readonly BaseGateCheck[]> {
  const names = new Set(back.flatMap(({ entry }) => entry.readers));
  const checks = request.checks.filter(({ name }) => names.has(name));
  const there = { ...request, commit, checks };
  const results = await judgeCommit(there);
  const setup = results.find(({ name }) => name === "setup" && !names.has(name));
  if (setup !== undefined) return notMeasured(request, back, setup.tail);
  return results.map(({ name, result, newFailures, lost = [], tail }): BaseGateCheck => {
    const verdict = newFailures.length > 0 || lost.length > 0 ? "fail" : "pass";
    return {
      name,
      result: result === "environment" ? "not_measured" : verdict,
      failures: newFailures,
      lost,
      inputs: pathsRead(back, name),
      tail,
    };
  });
}

const pathsRead = (back: readonly Input[], check: string): readonly string[] =>
  back.filter(({ entry }) => entry.readers.includes(check)).map(({ entry }) => entry.path);

const notMeasured = (request: GateRequest, back: readonly Input[], why: string): readonly BaseGateCheck[] =>
  request.checks.flatMap(({ name }) => {
    const inputs = pathsRead(back, name);
    return inputs.length === 0 ? [] : [{ name, result: "not_measured", failures: [], lost: [], inputs, tail: why }];
  });

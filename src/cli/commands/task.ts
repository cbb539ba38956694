import { didYouMean, quoted, suggester } from "../../backlog/nearest.ts";
import { brand } from "../../domain/brand.ts";
import type { Action, Answer } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { TaskDetail } from "../../engine/ports/task-reads.ts";
import { taskDetailJson } from "../../view/json/json.ts";
import { isAgent, personBehind, requirePerson, whyRefused } from "../inputs/actor.ts";
import { answerFlag, decisionOf } from "../inputs/answer-flags.ts";
import { findTask } from "../inputs/find-task.ts";
import { sayTask } from "../output/task-text.ts";
import { wholeNumber, type Arguments } from "../program/arguments.ts";
import type { Program } from "../program/program.ts";
import { Refused } from "../program/refused.ts";
import { giveCommand, sayEffect } from "../running/take-effect.ts";
import { withRepository, type RepositoryGround } from "../wiring/ground.ts";
import { readFacts } from "../wiring/repository-facts.ts";

/** One task: what is known of it, or a person's decision about it. */
export const command = (program: Program, args: Arguments): Promise<number> =>
  withRepository(program, async (ground) => {
    const row = await findTask(ground.ledger, ground.repository.id, args.first);
    const action = decisionOf(args);
    if (action !== null) return await decide(ground, row, action, args);
    if (args.has("model")) throw new Refused("--model goes with --retry");
    if (args.has("diff")) return await (await import("../wiring/task-diff.ts")).showDiff(ground, row);
    if (args.has("restore") || args.has("into")) return await restore(ground, row, args);
    return await show(ground, row, args.has("json"));
  });

async function show(ground: RepositoryGround, row: TaskRow, json: boolean): Promise<number> {
  const { ledger, repository, program } = ground;
  const detail = await ledger.tasks.detail(repository.id, row.id);
  if (detail === null) throw new Refused(`${row.id} is gone`);
  const { world } = await readFacts(ledger, repository.id);
  if (json) program.out.json(taskDetailJson(detail, world));
  else sayTask(program, detail, world);
  return 0;
}

async function restore(ground: RepositoryGround, row: TaskRow, args: Arguments): Promise<number> {
  const n = wholeNumber(args, "restore");
  const into = args.value("into");
  if (n === null || into === null) throw new Refused("--restore N and --into DIR go together");
  return await (await import("../wiring/restore-snapshot.ts")).restoreSnapshot(ground, row, n, into);
}

async function decide(ground: RepositoryGround, row: TaskRow, given: Action, args: Arguments): Promise<number> {
  const { ledger, repository, program } = ground;
  const detail = await ledger.tasks.detail(repository.id, row.id);
  const question = detail?.question ?? null;
  // Saying no to an agent that asks is a denial: the work goes on without what it asked for.
  const action = given === "reject" && question?.actions.includes("deny") === true ? "deny" : given;
  const actor = personBehind(`task ${answerFlag(action).split(" ")[0] ?? ""}`);
  const model = args.value("model");
  if (model !== null && action !== "retry") throw new Refused("--model goes with --retry");
  if (model !== null) await requireModel(ground, row, model);
  if (question === null) return await withoutQuestion(ground, row, action, model, detail);
  const answer: Answer = {
    question: question.id,
    action,
    text: args.value("request-changes") ?? args.value("message"),
    model,
    actor,
    effectiveAt: program.clock.now(),
  };
  if (!question.actions.includes(action) && (action === "abort" || action === "retry"))
    return await withoutQuestion(ground, row, action, model, detail);
  const outcome = await ledger.decisions.answer(answer, await isAgent(program.env, ledger));
  if (outcome.ok) {
    await sayEffect(ground, `${row.id}: ${action.replaceAll("_", " ")}`);
    return 0;
  }
  if (outcome.why === "agent") throw new Refused(`refused: ${whyRefused}`);
  if (outcome.why === "illegal")
    throw new Refused(
      `${row.id} cannot be answered so; its question allows`,
      2,
      outcome.legal.map((legal) => `  ${brand.bin} task ${row.id} ${answerFlag(legal)}`),
    );
  throw new Refused(`the question of ${row.id} was answered meanwhile`);
}

/** Some decisions need no question: a failed task is tried again, a running one given up. */
async function withoutQuestion(
  ground: RepositoryGround,
  row: TaskRow,
  action: Action,
  model: string | null,
  detail: TaskDetail | null,
): Promise<number> {
  const { ledger, repository, program } = ground;
  const actor = personBehind(`task --${action}`);
  await requirePerson(program, ledger, {
    repository: repository.id,
    task: row.id,
    what: `${action} of ${row.id}`,
    actor,
  });
  if (action === "retry" && row.state !== "DONE") {
    await giveCommand(ground, { kind: "retry", task: row.id, model, text: null }, actor);
    await sayEffect(ground, `${row.id}: retry`);
    return 0;
  }
  if (action === "abort" && row.state !== "DONE" && row.state !== "FAILED") {
    await giveCommand(ground, { kind: "abort", task: row.id, reason: `aborted by ${actor.name}` }, actor);
    await sayEffect(ground, `${row.id}: abort`);
    return 0;
  }
  const answered =
    (await ledger.account.questions(repository.id)).find(({ question }) => question.task === row.id)?.answer ?? null;
  if (answered !== null)
    throw new Refused(
      `${row.id} was answered (${answered.action.replaceAll("_", " ")}) and the engine has not taken it up yet`,
    );
  const state = detail?.task.state ?? row.state;
  throw new Refused(
    `${row.id} asks nothing; it is ${state.toLowerCase().replaceAll("_", " ")}${state === "DONE" ? `; ${brand.bin} run --again ${row.id} does it over` : ""}`,
  );
}

async function requireModel({ ledger }: RepositoryGround, row: TaskRow, name: string): Promise<void> {
  const settings = await ledger.runs.settings(row.settingsDigest);
  const names = (settings?.models ?? []).map((model) => model.name);
  if (names.length === 0 || names.includes(name)) return;
  throw new Refused(
    `unknown model ${quoted(name)}; ${didYouMean(suggester()(name, names)) ?? `known models: ${names.join(", ")}`}`,
  );
}

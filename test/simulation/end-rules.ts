import { severityRank } from "../../src/domain/answers.ts";
import { withoutParts } from "../../src/domain/parts.ts";
import type { StepRow } from "../../src/domain/rows.ts";
import { isTerminal } from "../../src/domain/task.ts";
import type { RecordedEvent } from "../../src/domain/events.ts";
import type { LogRules } from "./log-rules.ts";
import type { World } from "./world.ts";

/** What must hold when all is over. */
export async function endViolations(
  world: World,
  rules: LogRules,
  seen: readonly string[],
  exitCode: number | null,
): Promise<string[]> {
  const { ledger, repository } = world;
  const events = await ledger.log.since(0);
  return [
    ...ledger.checkIntegrity().map(({ message }) => message),
    ...rewritten(seen, events),
    ...(await lostResults(world, rules)),
    ...(await tasksAtEnd(world, exitCode)),
    ...(await leftOver(world)),
    ...mergesAtEnd(
      world,
      events.filter((event) => event.repository === repository),
    ),
    ...madeTwice(world),
  ];
}

/** The log only ever grows: what was read once reads the same for ever. */
export function rewritten(seen: readonly string[], events: readonly RecordedEvent[]): string[] {
  const at = seen.findIndex((text, index) => JSON.stringify(events[index]) !== text);
  return at < 0 ? [] : [`the event at position ${at + 1} is another now`];
}

async function lostResults({ ledger, repository }: World, rules: LogRules): Promise<string[]> {
  const lost: string[] = [];
  for (const row of await ledger.tasks.list(repository)) {
    const now = new Map(
      (await ledger.tasks.results(repository, row.id, row.generation)).map(({ key, result }) => [
        key,
        JSON.stringify(result),
      ]),
    );
    for (const [name, result] of rules.results) {
      const [task, key] = [name.slice(0, name.indexOf(" ")), name.slice(name.indexOf(" ") + 1)];
      if (task === row.id && key.startsWith(`g${row.generation}/`) && now.get(key) !== result)
        lost.push(`${task} lost the result of ${key}`);
    }
  }
  return lost;
}

async function tasksAtEnd({ ledger, settings, repository }: World, exitCode: number | null): Promise<string[]> {
  const wrong: string[] = [];
  const rows = await ledger.tasks.list(repository);
  const [run] = await ledger.runs.runs(repository, 1);
  const failed = withoutParts(rows).filter(({ state }) => state === "FAILED");
  const open = rows.filter(({ state }) => !isTerminal(state));
  const failedNow = failed.filter((row) => row.run === run?.id);
  if (exitCode === 0 && (failedNow.length > 0 || open.length > 0))
    wrong.push(`exit code 0 and ${failedNow.length} failed, ${open.length} open`);
  if (exitCode === 1 && failed.length === 0) wrong.push("exit code 1 and nothing failed");
  const states = new Map(rows.map(({ id, state }) => [id, state]));
  const lost = (needs: readonly string[]): boolean =>
    needs.some(
      (id) =>
        states.get(id) === "FAILED" ||
        !states.has(id) ||
        (states.get(id) !== "DONE" && lost(rows.find((row) => row.id === id)?.spec.needs ?? [])),
    );
  for (const { id, spec, state } of open)
    if (!lost(spec.needs)) wrong.push(`the run ended and ${id} is ${state} although nothing it needs has failed`);
  for (const { id, state } of rows.filter((row) => row.state === "DONE")) {
    const detail = await ledger.tasks.detail(repository, id);
    const stages = new Map((detail?.roadmap?.stages ?? []).map((stage) => [stage.id, stage]));
    for (const stage of stages.values())
      if (stage.state !== "DONE" && stage.state !== "SKIPPED")
        wrong.push(`${id} is ${state} and its stage ${stage.id} is ${stage.state}`);
    // What is skipped, or was done by other stages instead, is not begun.
    const isLeft = ({ stage, state: step }: StepRow): boolean =>
      step === "PENDING" && stage !== "main" && stages.get(stage)?.state !== "DONE";
    for (const step of (detail?.steps ?? []).filter((one) => !isLeft(one)))
      if (step.state !== "COMPLETED") wrong.push(`${id} is ${state} and its step ${step.id} is ${step.state}`);
    const { blockOn } = settings.review;
    const blocking = (detail?.findings ?? []).filter(
      (finding) =>
        finding.state === "open" &&
        finding.subject !== "plan" &&
        severityRank[finding.severity] >= severityRank[blockOn],
    );
    if (blocking.length > 0) wrong.push(`${id} is DONE with ${blocking.map((finding) => finding.id).join(", ")} open`);
  }
  return wrong;
}

async function leftOver({ ledger, machine, repository }: World): Promise<string[]> {
  const wrong: string[] = [];
  const states = new Map((await ledger.tasks.list(repository)).map(({ id, state }) => [id, state]));
  for (const { question } of await ledger.account.questions(repository)) {
    const state = states.get(question.task);
    if (state === undefined || isTerminal(state))
      wrong.push(`the question ${question.key} of ${question.task} outlives its task`);
  }
  for (const attempt of await ledger.calls.unended(repository)) wrong.push(`an attempt of ${attempt.task} never ended`);
  // Of one that the machine would not end the log tells.
  const notes = (await ledger.log.since(0, { repository, types: ["note"] })).flatMap((event) =>
    event.type === "note" && event.data.text.includes("was not ended") ? [event.task ?? ""] : [],
  );
  for (const { spec, state, hasProcess } of machine.agents)
    if (hasProcess && state === "running" && !notes.some((task) => spec.attemptKey.startsWith(`${task}/`)))
      wrong.push(`the agent of ${spec.attemptKey} still runs`);
  return wrong;
}

/** Each merge stands once on the integration branch, and nothing stands there that no task knows of. */
export function mergesAtEnd(world: Pick<World, "disk" | "settings">, events: readonly RecordedEvent[]): string[] {
  const { disk, settings } = world;
  const tip = disk.tip(settings.git.mergeInto);
  const line = tip === null ? [] : disk.commits.line(tip).filter(({ key }) => key !== "");
  const wrong: string[] = [];
  const told = new Map<string, string>();
  for (const event of events)
    if (event.type === "merge.done") told.set(`${event.task}/${event.data.key}`, event.data.commit);
  for (const [key, commit] of told) {
    const found = line.filter((one) => one.key === key);
    if (found.length !== 1 || found[0]?.id !== commit)
      wrong.push(`the merge ${key} stands ${found.length} times on ${settings.git.mergeInto}`);
  }
  const merges = line.filter(({ key }) => /\/main\/merge\/\d+$/.test(key));
  for (const { key } of merges)
    if (!told.has(key)) wrong.push(`the merge ${key} stands on ${settings.git.mergeInto} and no task knows of it`);
  return wrong;
}

/** An implementer's change is committed once: a killed engine's commit is found by its key. */
export function madeTwice({ disk }: Pick<World, "disk">): string[] {
  const keys = disk.commits.keys().filter((key) => /\/(implement\/\d+|done)/.test(key));
  return keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key} was committed twice`);
}

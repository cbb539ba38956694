import { existsSync, statfsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { brand, envName } from "../../domain/brand.ts";
import { isLoopback } from "../../domain/loopback.ts";
import { problemLine } from "../../domain/problem.ts";
import { defaultSandbox } from "../../domain/sandbox.ts";
import type { ModelSettings, NotifySettings, Settings } from "../../domain/settings.ts";
import { connectionFault } from "../../models/http/http-connection.ts";
import { isListening } from "../../models/local-servers.ts";
import { pricesOf } from "../../policy/prices.ts";
import { refusedSandbox, sandboxRemedy, sandboxUseOf } from "../../processes/find-sandbox.ts";
import { findProgram } from "../../processes/program.ts";
import { sandboxLine } from "../../view/json/summary-lines.ts";
import { counted } from "../../view/text/amounts.ts";
import { findRepository, type Repository } from "../../workspace/repository.ts";
import { agentScript, isWithoutAgent } from "../inputs/agent-script.ts";
import { gitVersion } from "../inputs/checkout-facts.ts";
import { readInputs } from "../inputs/read-inputs.ts";
import { noModel, readSettingsHere } from "../inputs/read-settings.ts";
import type { Trusted } from "../inputs/trust.ts";
import { accountLines, accountStates, accountUse } from "../output/account-lines.ts";
import { BadFiles, CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { leftoverWords } from "../inputs/caller-facts.ts";
import { hasToken } from "../inputs/token.ts";
import { lastRun, withLedger, type CommandContext } from "../wiring/command-context.ts";
import { Paths } from "../wiring/paths.ts";
import { sandboxHere } from "../wiring/walls.ts";
import { sizeText } from "../../view/text/sizes.ts";
import { agentFault, agentFindings, seeAgents, type SeenAgent, waysToAModel } from "./examine-agents.ts";
import type { Finding } from "./finding.ts";
import { lackingFindings } from "./lacking-findings.ts";
import { folderBytes } from "./folder-bytes.ts";
import { heldModels } from "./held-models.ts";
import { noticeFindings } from "./notice-findings.ts";
import { payerNotices } from "./payer-notices.ts";
import { screenFindings } from "./screen-findings.ts";
import { trySetup } from "./try-setup.ts";

const leastFreeBytes = 1024 ** 3;
const mostKeptBytes = 5 * 1024 ** 3;
const ok = (what: string, text: string): Finding => ({ what, state: "ok", text });
const warn = (what: string, text: string): Finding => ({ what, state: "warn", text });
const bad = (what: string, text: string): Finding => ({ what, state: "bad", text });

/** What was seen of this machine. */
export interface Examined {
  readonly findings: readonly Finding[];
  readonly agents: readonly SeenAgent[];
}

/** Looks at everything a run needs. Starts no model; runs the project's setup only where asked to. */
export async function examine(program: Program, trusted: Trusted, withSetup: boolean): Promise<Examined> {
  const found = await findRepository(program.cwd, {
    newId: program.newId,
    environment: program.env,
    clock: program.clock,
  });
  const repository = found.ok ? found.repository : null;
  const findings: Finding[] = [
    ok("node", process.versions.node),
    await gitFinding(program),
    found.ok
      ? ok("repository", `${found.repository.top}, branch ${found.repository.branch ?? "none"}`)
      : bad("repository", found.problem.message),
    ...(repository === null ? [] : await lackingFindings(program, repository)),
    ...(repository?.notices ?? []).map((notice) => warn("repository", notice)),
    ...(await ledgerFindings(program)),
    ...(await diskFindings(program)),
  ];
  const agents = await seeAgents(program);
  const { settings, findings: ofSettings } = await settingsFindings(program, repository);
  findings.push(...agentFindings(agents), ...ofSettings, ...(await screenFindings(program, ofSettings)));
  if (settings !== null) {
    for (const model of settings.models) findings.push(await modelFinding(program, settings, model, agents));
    findings.push(await sandboxFinding(program, settings), ...(await heldFindings(program, settings)));
  }
  if (repository !== null) findings.push(...(await unreadFindings(program, repository)));
  if (settings !== null) for (const notice of payerNotices(program.env, settings)) findings.push(warn("payer", notice));
  if (settings?.notify !== undefined) findings.push(...(await noticesSeen(program, repository, settings.notify)));
  if (repository !== null && settings !== null) {
    findings.push(...(await backlogFindings(program, repository)));
    if (withSetup) findings.push(await setupFinding(program, trusted, repository, settings));
  }
  return { findings, agents };
}

async function gitFinding(program: Program): Promise<Finding> {
  const version = await gitVersion(program);
  return version === null ? bad("git", "git was not found; install git 2.38 or newer") : ok("git", version);
}

async function ledgerFindings(program: Program): Promise<readonly Finding[]> {
  try {
    return await withLedger(program, async (context) => [
      ok("ledger", context.paths.ledger),
      ok("decisions", await tokenWords(context)),
      ...(await leftoverWords(context)).map((text) => warn("leftovers", text)),
    ]);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [bad("ledger", error.message)];
  }
}

const tokenWords = async ({ paths }: CommandContext): Promise<string> =>
  (await hasToken(paths))
    ? `in a terminal, and without one by the token; ${brand.bin} token --remove takes that away`
    : `in a terminal only; ${brand.bin} token makes a token for scripts`;

async function diskFindings(program: Program): Promise<readonly Finding[]> {
  const { state, runs } = new Paths(program.env);
  let folder = state;
  while (!existsSync(folder) && folder !== dirname(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const kept = await folderBytes(runs);
  const text = `${sizeText(free)} free in ${folder}; prompts, outputs and logs of runs take ${sizeText(kept)}`;
  if (free < leastFreeBytes)
    return [
      warn("disk", `${text}; worktrees need room, ${envName("HOME")} moves them, ${brand.bin} clean removes old runs`),
    ];
  if (kept > mostKeptBytes) return [warn("disk", `${text}; ${brand.bin} clean removes old ones (retention.runs)`)];
  return [ok("disk", text)];
}

async function settingsFindings(
  program: Program,
  repository: Repository | null,
): Promise<{ readonly settings: Settings | null; readonly findings: readonly Finding[] }> {
  const read = await readSettingsHere(program, {
    tasksFile: null,
    repositoryTop: repository?.top ?? program.cwd,
    flags: {},
  });
  if (read.settings === null)
    return { settings: null, findings: read.problems.map((problem) => bad("settings", problemLine(problem))) };
  const { settings } = read;
  if (settings.models.length === 0)
    return {
      settings,
      findings: [{ ...bad("models", noModel().message), hints: waysToAModel() }],
    };
  const found = read.found.map(({ name, how }) => `${name} (${how})`).join(", ");
  const findings = [
    ...(found === "" ? [] : [ok("models", `none are configured; found ${found}; ${brand.bin} init writes them down`)]),
    ok(
      "settings",
      `permissions ${settings.permissions}, ${counted(settings.checks.length, "check")}, at most ${counted(settings.limits.parallel, "task")} at once`,
    ),
  ];
  if (settings.checks.length === 0)
    findings.push(
      warn(
        "checks",
        `none: nothing proves what is merged. Give the project one, as in checks: [{name: test, run: make test}] in ${brand.settingsFile}`,
      ),
    );
  if (
    settings.models.some(({ billing }) => billing === "metered") &&
    settings.budget.runMicros === null &&
    settings.budget.dayMicros === null
  ) {
    findings.push(
      warn("budget", `metered models without a cap (budget.run_usd, budget.day_usd in ${brand.settingsFile})`),
    );
  }
  const unpriced = settings.models.filter(
    (model) => model.billing === "metered" && pricesOf(model, settings.prices).length === 0,
  );
  if (unpriced.length > 0)
    findings.push(
      warn(
        "prices",
        `none known for ${unpriced.map(({ name }) => name).join(", ")}; a call that does not tell its cost counts as all that was reserved for it (prices in ${brand.settingsFile})`,
      ),
    );
  return { settings, findings };
}

async function sandboxFinding(program: Program, settings: Settings): Promise<Finding> {
  const { mode } = settings.sandbox ?? defaultSandbox;
  const found = await sandboxHere(program, settings);
  const refused = refusedSandbox(mode, found);
  if (refused !== null) return bad("sandbox", refused);
  const text = sandboxLine(sandboxUseOf(found)).replace(/^sandbox: /, "");
  if (found.kind !== "none") return ok("sandbox", text);
  return mode === "off" ? warn("sandbox", text) : { ...warn("sandbox", text), hints: [sandboxRemedy(found.why)] };
}

const payers: Record<ModelSettings["billing"], (account: string) => string> = {
  free: () => "nobody pays",
  subscription: (account) => `paid by the subscription ${account}`,
  metered: (account) => `each call is paid by ${account}`,
};

async function modelFinding(
  program: Program,
  { env }: Settings,
  model: ModelSettings,
  agents: readonly SeenAgent[],
): Promise<Finding> {
  const what = `model ${model.name}`;
  const text = `${model.adapter}${model.model === null ? "" : ` ${model.model}`}, ${model.tier}; ${payers[model.billing](model.account)}`;
  const [name] = model.argv ?? [];
  if (name !== undefined) {
    const found = await findProgram(name, model.folder, program.env["PATH"]);
    if (!found.ok) return bad(what, found.failure.message);
    if (model.adapter === "command" && (await namesNoAgent(found.path)))
      return bad(what, `${found.path} names no agent yet: fill in its line AGENT`);
  }
  if (model.scenario !== null && !existsSync(model.scenario))
    return bad(what, `there is no scenario ${model.scenario}`);
  const unreachable = connectionFault(model, env.set, program.env);
  if (unreachable !== null) return bad(what, unreachable);
  if (model.baseUrl !== null && isLoopback(model.baseUrl) && !(await isListening(model.baseUrl)))
    return warn(what, `${text}; nothing listens at ${model.baseUrl} now: is the server running?`);
  const fault = agentFault(model, agents, program.env);
  if (fault?.state === "bad") return bad(what, fault.text);
  return fault === null ? ok(what, text) : warn(what, `${text}; ${fault.text}`);
}

async function namesNoAgent(path: string): Promise<boolean> {
  if (basename(path) !== agentScript.file) return false;
  return isWithoutAgent(await readFile(path, "utf8").catch(() => ""));
}

/** A ledger that cannot be opened is told beside. */
async function heldFindings(program: Program, settings: Settings): Promise<readonly Finding[]> {
  try {
    return await withLedger(program, async (context) => {
      const now = program.clock.now();
      const states = accountStates(settings, await accountUse(context.ledger, settings, now), now);
      const accounts = accountLines(states, now).map((text) => ok("account", text.replace(/^account /, "")));
      return [...accounts, ...(await heldModels(context, settings)).map((text) => warn("hold", text))];
    });
  } catch {
    return [];
  }
}

/** A ledger that cannot be opened is told beside. */
async function noticesSeen(
  program: Program,
  repository: Repository | null,
  notify: NotifySettings,
): Promise<readonly Finding[]> {
  try {
    return await withLedger(program, ({ ledger }) => noticeFindings(program, ledger, repository?.id ?? null, notify));
  } catch {
    return [];
  }
}

/** What of models' output nobody could read in the last run. A ledger that cannot be opened is told beside. */
async function unreadFindings(program: Program, { id }: Repository): Promise<readonly Finding[]> {
  try {
    return await withLedger(program, async ({ ledger }) => {
      const run = await lastRun(ledger, id);
      const notes = run === null ? [] : await ledger.log.since(0, { run: run.id, types: ["note"] });
      return notes.flatMap(({ type, data }) =>
        type === "note" && data.about === "unread_output" ? [warn(`model ${data.model ?? ""}`, data.text)] : [],
      );
    });
  } catch {
    return [];
  }
}

async function backlogFindings(program: Program, repository: Repository): Promise<readonly Finding[]> {
  if (!existsSync(join(program.cwd, "tasks.yaml")) && !existsSync(join(repository.top, "tasks.yaml"))) {
    return [warn("backlog", `there is no tasks.yaml; ${brand.bin} init writes one`)];
  }
  try {
    const { tasks, file } = (await readInputs(program, { file: null, repositoryTop: repository.top, flags: {} }))
      .backlog;
    return [(tasks.length === 0 ? warn : ok)("backlog", `${counted(tasks.length, "task")} in ${file}`)];
  } catch (error) {
    if (error instanceof BadFiles) return error.problems.map((problem) => bad("backlog", problemLine(problem)));
    if (error instanceof CommandError) return [bad("backlog", error.message)];
    throw error;
  }
}

async function setupFinding(
  program: Program,
  trusted: Trusted,
  repository: Repository,
  settings: Settings,
): Promise<Finding> {
  if (settings.setup === null || settings.setup.trim() === "") return ok("setup", "none");
  const found = await sandboxHere(program, settings);
  if (refusedSandbox((settings.sandbox ?? defaultSandbox).mode, found) !== null) return bad("setup", "not tried");
  return await withLedger(program, async (context) => {
    const tried = await trySetup({ ...context, repository }, trusted, settings);
    return tried === null ? ok("setup", settings.setup ?? "") : bad("setup", tried);
  });
}

import { basename, dirname } from "node:path";

import type { NoticeResult } from "../../actions/results/notice.ts";
import { locateSettings } from "../../backlog/locate-settings.ts";
import type { NotifySettings } from "../../domain/settings.ts";
import { commandSink } from "../../notify/command.ts";
import { desktopSink } from "../../notify/desktop.ts";
import { startNotifier, type Notifier } from "../../notify/notifier.ts";
import { sendMs, type RunProgram, type Sink } from "../../notify/sink.ts";
import { webhookSink } from "../../notify/webhook.ts";
import type { Tidings } from "../../policy/notices.ts";
import { buildEnvironment } from "../../processes/environment.ts";
import { runPlain } from "../../processes/run-plain.ts";
import { noticeJson } from "../../view/json/notice-json.ts";
import { conditionJson } from "../../view/tasks/condition-words.ts";
import type { Program } from "../program/program.ts";
import { redactor } from "../program/redact.ts";
import { lastRun, type RepositoryContext } from "./command-context.ts";
import { Paths } from "./paths.ts";
import { readFacts } from "./repository-facts.ts";

/** A repository as a notice calls it, without its path. */
export const nameOf = (top: string): string => basename(top);

/** What a program needs to reach the person's own desktop. */
const ofDesktop = [
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
  "DBUS_SESSION_BUS_ADDRESS",
  "XDG_RUNTIME_DIR",
  "XDG_CONFIG_HOME",
  "XDG_STATE_HOME",
];

/** The ways to tell a person that the settings name. */
export function sinksOf(program: Program, { desktop, command, webhook }: NotifySettings): readonly Sink[] {
  const { env, clock } = program;
  const run = runnerFor(program);
  const secretEnv = webhook?.secretEnv ?? null;
  return [
    ...(desktop ? [desktopSink(process.platform, run)] : []),
    ...(command === null ? [] : [commandSink(command, run)]),
    ...(webhook === null
      ? []
      : [
          webhookSink({
            url: webhook.url,
            secretEnv,
            secret: secretEnv === null ? null : () => env[secretEnv] ?? null,
            now: () => clock.now(),
            fetch,
          }),
        ]),
  ];
}

/** Relative programs start from the folder of the user's own settings. */
function runnerFor({ env }: Program): RunProgram {
  const { configHome, home } = new Paths(env);
  const { user } = locateSettings({ tasksFile: null, repositoryTop: null, xdgConfigHome: configHome, home });
  const cwd = user === null ? home : dirname(user);
  return async (argv, input) => {
    const environment = buildEnvironment({ parent: env, temporary: env["TMPDIR"] ?? "/tmp", pass: ofDesktop });
    const ended = await runPlain({
      argv,
      cwd,
      env: environment,
      timeoutMs: sendMs,
      maxBytes: 4_096,
      ...(input === undefined ? {} : { input }),
    });
    if (ended.failure !== null) return ended.failure.message;
    if (ended.timedOut) return `${argv[0] ?? ""} did not end within ${sendMs / 1000} s`;
    const said = ended.stderr.trim().split("\n")[0] ?? "";
    if (ended.code === 0) return null;
    const how =
      ended.code === null ? `was ended by ${ended.signal ?? "a signal"}` : `ended with exit code ${ended.code}`;
    return `${argv[0] ?? ""} ${how}${said === "" ? "" : `: ${said}`}`;
  };
}

/** Shorter words of a command line are no secret, and stand in other words. */
const shortestHidden = 6;

/** What went wrong as the ledger may know it, which agents read: without what the person's own settings say of where notices go. */
export function forLedger({ env }: Program, { command, webhook }: NotifySettings, text: string): string {
  const secret = webhook?.secretEnv == null ? undefined : env[webhook.secretEnv];
  const own = [webhook?.url, secret, ...(command ?? []).slice(1)];
  const hidden = own.flatMap((word) => (word !== undefined && word.length >= shortestHidden ? [word] : []));
  const without = hidden
    .toSorted((a, b) => b.length - a.length)
    .reduce((said, word) => said.replaceAll(word, "[hidden]"), text);
  return redactor(env)(without).slice(0, longestFault);
}

const longestFault = 500;

/** In the log of the run, where a person looks for it. */
async function writeFault({ ledger, repository }: RepositoryContext, text: string): Promise<void> {
  const run = (await lastRun(ledger, repository.id))?.id ?? null;
  await ledger.log.append({
    repository: repository.id,
    run,
    events: [{ type: "note", data: { level: "warn", text } }],
  });
}

/** Follows the run from here on, for the engine that has the repository. */
export function beginNotices(context: RepositoryContext, settings: NotifySettings, fromPos: number): Notifier {
  const { program, ledger, repository } = context;
  return startNotifier(
    {
      ledger,
      clock: program.clock,
      repository: repository.id,
      fromPos,
      quiet: settings.quiet,
      minuteOfDay: (atMs) => {
        const at = new Date(atMs);
        return at.getHours() * 60 + at.getMinutes();
      },
      compose: (tidings) => compose(context, settings, tidings),
      onFault: (text) => void writeFault(context, forLedger(program, settings, text)).catch(() => undefined),
    },
    sinksOf(program, settings),
  );
}

async function compose(
  { program, ledger, repository }: RepositoryContext,
  { detail }: NotifySettings,
  tidings: readonly Tidings[],
): Promise<NoticeResult> {
  const redact = redactor(program.env);
  const { rows, questions, now } = await readFacts(ledger, repository.id, program.clock.now());
  const end = tidings.findLast((one) => one.kind === "run_ended");
  const ofRun = rows.filter(({ run }) => end?.kind === "run_ended" && run === end.run);
  return noticeJson(
    {
      id: String(tidings.at(-1)?.pos ?? 0),
      nowMs: program.clock.now(),
      repository: nameOf(repository.top),
      questions: questions.map((question) => ({ ...question, text: redact(question.text) })),
      goals: new Map(rows.map(({ id, spec }) => [id, redact(spec.goal)])),
      conditions: now.working
        ? []
        : now
            .conditions()
            .map((one) => conditionJson(one, program.clock.now()))
            .map((one) => ({ ...one, text: redact(one.text) })),
      held: tidings.flatMap((one) => (one.kind === "hold" ? [one.target] : [])),
      ended:
        end?.kind !== "run_ended"
          ? null
          : {
              exitCode: end.exitCode,
              done: ofRun.filter(({ state }) => state === "DONE").length,
              failed: ofRun.filter(({ state }) => state === "FAILED").length,
            },
    },
    detail,
  );
}

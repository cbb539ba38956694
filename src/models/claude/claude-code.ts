import { microsToUsd, totalTokens } from "../../domain/money.ts";
import type { CallSpec, ModelAdapter } from "../../engine/ports/adapter.ts";
import type { SignalStep } from "../../processes/group.ts";
import { answerRequirements } from "../answer-requirements.ts";
import { capabilitiesOf } from "../capabilities.ts";
import type { CommandPorts } from "../command/command.ts";
import { localMoment } from "../local-moment.ts";
import { withLogin } from "../programs/account-login.ts";
import { agentClis } from "../programs/agent-clis.ts";
import { startAgent, taken, type AgentLaunch } from "../programs/agent-process.ts";
import type { Moment } from "../written-instant.ts";
import { ClaudeClient } from "./claude-client.ts";
import { ClaudeParser } from "./claude-lines.ts";

/** Interrupted, it still says what it has used. */
const signalSteps: readonly SignalStep[] = [
  { signal: "SIGINT", waitMs: 3_000 },
  { signal: "SIGTERM", waitMs: 2_000 },
  { signal: "SIGKILL", waitMs: 5_000 },
];

/**
 * Claude Code by `claude -p` with its stream of JSON. Where it works under a person's eyes, that person is asked over its
 * standard input (the wire of its SDK, recorded from 2.1.329, no documented contract); readers are denied what needs it.
 */
export const createClaudeCodeAdapter = (ports: CommandPorts): ModelAdapter => ({
  name: "claude-code",
  capabilities: capabilitiesOf["claude-code"],
  start: (spec, onProcess) =>
    startAgent(withLogin(ports, spec), spec, onProcess, {
      name: "claude",
      parser: parserFor(ports, spec),
      launch: () => launch(withLogin(ports, spec), spec),
      signalSteps,
    }),
});

/** With full permissions there is nothing to ask. */
const mayAsk = ({ access, permissions }: CallSpec): boolean => access === "write" && permissions !== "full";

function parserFor({ clock }: CommandPorts, spec: CallSpec): ClaudeParser {
  const moment = (): Moment => localMoment(clock.now());
  const isResumed = spec.start.kind === "resume" || (spec.start.kind === "adopt" && wasBooked(spec));
  return mayAsk(spec)
    ? new ClaudeClient(answerRequirements(spec), moment, isResumed, spec)
    : new ClaudeParser(answerRequirements(spec), moment, isResumed);
}

/** An attempt before this one has used the session. */
const wasBooked = ({ counted }: CallSpec): boolean => counted !== undefined && totalTokens(counted) > 0;

const key = "ANTHROPIC_API_KEY";
const login = "CLAUDE_CODE_OAUTH_TOKEN";

function launch(ports: CommandPorts, spec: CallSpec): AgentLaunch {
  const { billing, keyEnv, baseUrl } = spec.model;
  const isSubscription = billing === "subscription" && keyEnv === null;
  const paying = keyEnv === null ? undefined : ports.environment[keyEnv];
  return {
    args: claudeArguments(spec),
    env: {
      ...steady,
      ...taken(ports.environment, ["CLAUDE_CONFIG_DIR", isSubscription ? login : key]),
      ...(paying === undefined ? {} : { [key]: paying }),
      ...(baseUrl === null ? {} : { ANTHROPIC_BASE_URL: baseUrl }),
    },
    withheld: isSubscription ? agentClis["claude-code"].payers : [login],
  };
}

/**
 * One retry loop is ours, a second request without a stream is paid twice, a run must not change its own program, and what
 * goes on in the background (helpers, as it would start them) would be ended with the answer, which does not wait for it.
 */
const steady = {
  CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
  CLAUDE_CODE_MAX_RETRIES: "0",
  CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: "1",
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_AUTOUPDATER: "1",
  DISABLE_TELEMETRY: "1",
};

/** Tools that leave the worktree, go on after the answer, or wait for a person who is not there. */
const neverOffered = ["EnterWorktree", "ExitWorktree", "CronCreate", "CronDelete", "ScheduleWakeup", "AskUserQuestion"];
const writing = ["Edit", "Write", "NotebookEdit"];

/** The prompt is not among them: it goes over the standard input, so that it may be of any length. */
export function claudeArguments(spec: CallSpec): readonly string[] {
  const { start, model, schema, budgetLeftMicros } = spec;
  return [
    "-p",
    "--output-format",
    "stream-json",
    "--verbose",
    "--include-partial-messages",
    // The user's own hooks, permissions and servers are for a person at the keyboard.
    "--setting-sources",
    "project",
    "--strict-mcp-config",
    ...(mayAsk(spec) ? ["--input-format", "stream-json", "--permission-prompt-tool", "stdio"] : []),
    "--permission-mode",
    permissionMode(spec),
    "--disallowedTools",
    [...neverOffered, ...(spec.access === "read" ? writing : [])].join(","),
    ...(model.model === null ? [] : ["--model", model.model]),
    ...(schema === null ? [] : ["--json-schema", JSON.stringify(schema)]),
    ...(budgetLeftMicros === null ? [] : ["--max-budget-usd", dollars(budgetLeftMicros)]),
    ...(start.kind === "resume" ? ["--resume", start.session] : []),
    ...(start.kind === "fresh" && start.session !== null ? ["--session-id", start.session] : []),
  ];
}

/**
 * default: reads and looks at will, everything else would have to be asked for and is denied. Its plan mode is not used for
 * those who only look: it asks for a plan, whatever the prompt asks for.
 */
function permissionMode({ access, permissions }: CallSpec): string {
  if (access === "read" || permissions === "ask") return "default";
  return permissions === "edits" ? "acceptEdits" : "bypassPermissions";
}

/** Without an exponent. */
const dollars = (micros: number): string => microsToUsd(Math.max(1, micros)).toFixed(6);

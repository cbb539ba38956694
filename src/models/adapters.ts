import type { AdapterName } from "../domain/settings.ts";
import type { ModelAdapter } from "../engine/ports/adapter.ts";
import type { Random } from "../engine/ports/clock.ts";
import { AcpClient } from "./acp/acp-lines.ts";
import { createAcpAdapter } from "./acp/acp.ts";
import type { AnswerRequirements } from "./answer-requirements.ts";
import { createClaudeCodeAdapter } from "./claude/claude-code.ts";
import { ClaudeParser } from "./claude/claude-lines.ts";
import { CodexStream } from "./codex/codex-stream.ts";
import { createCodexAdapter } from "./codex/codex.ts";
import { CommandParser } from "./command/command-lines.ts";
import { createCommandAdapter, type CommandPorts } from "./command/command.ts";
import { GeminiParser } from "./gemini/gemini-lines.ts";
import { createGeminiAdapter } from "./gemini/gemini.ts";
import { createAnthropicAdapter } from "./http/anthropic.ts";
import { createGoogleAdapter } from "./http/google.ts";
import type { HttpPorts } from "./http/http-call.ts";
import { createOpenaiCompatibleAdapter } from "./http/openai-compatible.ts";
import { createOpenaiAdapter } from "./http/openai.ts";
import { OpencodeParser } from "./opencode/opencode-lines.ts";
import { createOpencodeAdapter } from "./opencode/opencode.ts";
import type { LineParser } from "./programs/line-parser.ts";
import { realFiles } from "./scripted/scripted-files.ts";
import { createScriptedAdapter, type ScriptedPorts } from "./scripted/scripted.ts";
import type { InTurn } from "./tools/check-tool.ts";
import type { Moment } from "./written-instant.ts";

export interface AdapterPorts extends CommandPorts, HttpPorts, Omit<ScriptedPorts, "files"> {
  /** For ids of sessions that are chosen before the start. */
  readonly random: Random;
  /** What scripted models touch; the disk where it is not given. */
  readonly files?: ScriptedPorts["files"];
  /** Lets a check of a call wait for its turn among all; not given: it waits for nobody. */
  readonly inTurn?: InTurn;
}

interface Provider {
  readonly name: AdapterName;
  readonly create: (ports: AdapterPorts) => ModelAdapter;
  /** Reads what its program prints; null: it has no program. */
  readonly parser: ((asked: AnswerRequirements, moment: () => Moment) => LineParser) | null;
}

/** Every way to ask a model. One more is a file and a line here. */
const providers: readonly Provider[] = [
  { name: "scripted", create: (ports) => createScriptedAdapter({ files: realFiles, ...ports }), parser: null },
  { name: "command", create: createCommandAdapter, parser: (asked) => new CommandParser(asked) },
  {
    name: "claude-code",
    create: createClaudeCodeAdapter,
    parser: (asked, moment) => new ClaudeParser(asked, moment),
  },
  { name: "codex", create: createCodexAdapter, parser: (asked, moment) => new CodexStream(asked, moment) },
  { name: "gemini", create: createGeminiAdapter, parser: (asked, moment) => new GeminiParser(asked, moment) },
  { name: "opencode", create: createOpencodeAdapter, parser: (asked, moment) => new OpencodeParser(asked, moment) },
  { name: "acp", create: createAcpAdapter, parser: (asked, moment) => new AcpClient(asked, moment) },
  { name: "anthropic", create: createAnthropicAdapter, parser: null },
  { name: "openai", create: createOpenaiAdapter, parser: null },
  { name: "google", create: createGoogleAdapter, parser: null },
  { name: "openai-compatible", create: createOpenaiCompatibleAdapter, parser: null },
];

export const availableAdapters: readonly AdapterName[] = providers.map(({ name }) => name);

export const createAdapters = (ports: AdapterPorts): ReadonlyMap<AdapterName, ModelAdapter> =>
  new Map(providers.map(({ name, create }) => [name, create(ports)]));

/** What reads a recorded output of an adapter's program, as a call would; null: the adapter has none. */
export const parserOf = (name: AdapterName, asked: AnswerRequirements, moment: () => Moment): LineParser | null =>
  providers.find((provider) => provider.name === name)?.parser?.(asked, moment) ?? null;

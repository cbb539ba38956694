import type { AdapterName } from "../domain/settings.ts";
import { AcpClient } from "./acp/acp-lines.ts";
import type { AnswerRequirements } from "./answer-requirements.ts";
import { ClaudeParser } from "./claude/claude-lines.ts";
import { CodexStream } from "./codex/codex-stream.ts";
import { CommandParser } from "./command/command-lines.ts";
import { GeminiParser } from "./gemini/gemini-lines.ts";
import { OpencodeParser } from "./opencode/opencode-lines.ts";
import type { LineParser } from "./programs/line-parser.ts";
import type { Moment } from "./written-instant.ts";

type Make = (asked: AnswerRequirements, moment: () => Moment) => LineParser;

const parsers: Readonly<Partial<Record<AdapterName, Make>>> = {
  command: (asked) => new CommandParser(asked),
  "claude-code": (asked, moment) => new ClaudeParser(asked, moment),
  codex: (asked, moment) => new CodexStream(asked, moment),
  gemini: (asked, moment) => new GeminiParser(asked, moment),
  opencode: (asked, moment) => new OpencodeParser(asked, moment),
  acp: (asked, moment) => new AcpClient(asked, moment),
};

/** What reads a recorded output of an adapter's program, as a call would; null: the adapter has none. */
export const parserOf = (name: AdapterName, asked: AnswerRequirements, moment: () => Moment): LineParser | null =>
  parsers[name]?.(asked, moment) ?? null;

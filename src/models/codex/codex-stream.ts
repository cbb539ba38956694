import type { Usage } from "../../domain/money.ts";
import type { AdapterOutcome, ApprovalDecision, CallEvent } from "../../engine/ports/adapter.ts";
import type { ExitStatus } from "../../processes/gate.ts";
import type { AnswerRequirements } from "../answer-requirements.ts";
import { objectOfLine, textIn } from "../json-line.ts";
import { rpcMessage } from "../programs/json-rpc.ts";
import type { LineParser, OutgoingLine, ProtocolClient } from "../programs/line-parser.ts";
import type { Moment } from "../written-instant.ts";
import { CodexAppParser } from "./codex-app-lines.ts";
import { AppServerClient, type AppTurn } from "./codex-app-server.ts";
import { CodexParser } from "./codex-lines.ts";

/** What Codex prints, as an app server or by `exec --json`: its first message says which. */
export class CodexStream implements LineParser {
  readonly #server: CodexAppParser;
  readonly #exec: CodexParser;
  #read: LineParser;
  #hasSpoken = false;
  #isNoServer = false;

  constructor(asked: AnswerRequirements, moment: () => Moment, counted?: Usage, talk: AppServerClient | null = null) {
    this.#server = new CodexAppParser(asked, moment, counted, talk);
    this.#exec = new CodexParser(asked, moment, counted);
    this.#read = this.#server;
  }

  get isComplete(): boolean {
    return this.#read.isComplete;
  }

  get text(): string {
    return this.#read.text;
  }

  /** It ended by itself, with an exit code of failure and before it had said a word. */
  get isNoServer(): boolean {
    return this.#isNoServer;
  }

  output(line: string, truncated: boolean): readonly CallEvent[] {
    if (!this.#hasSpoken) this.#chooseBy(line);
    return this.#read.output(line, truncated);
  }

  diagnostic(line: string): readonly CallEvent[] {
    // Which of them is asked in the end is not known yet.
    this.#exec.diagnostic(line);
    return this.#server.diagnostic(line);
  }

  end(exit: ExitStatus): AdapterOutcome {
    this.#isNoServer = !this.#hasSpoken && exit.kind === "exited" && exit.code !== 0;
    return this.#read.end(exit);
  }

  #chooseBy(line: string): void {
    const object = objectOfLine(line);
    if (object === null) return;
    const isServer = rpcMessage(object) !== null;
    const isExec = !isServer && execTypes.test(textIn(object["type"]) ?? "");
    this.#hasSpoken = isServer || isExec;
    if (isExec) this.#read = this.#exec;
  }
}

const execTypes = /^(?:(?:thread|turn|item)\.\w{1,40}|error)$/;

/** Codex as an app server, talked to while it runs. */
export class CodexClient extends CodexStream implements ProtocolClient {
  readonly #talk: AppServerClient;

  constructor(asked: AnswerRequirements, moment: () => Moment, counted: Usage | undefined, turn: AppTurn) {
    const talk = new AppServerClient(turn);
    super(asked, moment, counted, talk);
    this.#talk = talk;
  }

  opening(): readonly OutgoingLine[] {
    return this.#talk.opening();
  }

  replies(): readonly OutgoingLine[] {
    return this.#talk.replies();
  }

  answer(id: string, decision: ApprovalDecision, message: string | null): readonly OutgoingLine[] {
    return this.#talk.answer(id, decision, message);
  }
}

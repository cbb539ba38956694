import { brand } from "../../domain/brand.ts";
import type { Json } from "../../domain/json.ts";
import type { ApprovalDecision, CallSpec } from "../../engine/ports/adapter.ts";
import { objectIn, textIn, type JsonObject } from "../json-line.ts";
import { rpcNotFound, rpcRequest, rpcResult, type RpcId } from "../programs/json-rpc.ts";
import { answerTag, type OutgoingLine } from "../programs/line-parser.ts";
import { asks, type AppListener } from "./codex-app-lines.ts";

/** What a turn of the app server is about. */
export interface AppTurn {
  readonly prompt: string;
  readonly schema: Json | null;
  /** The thread to go on with; null: a new one. */
  readonly thread: string | null;
  readonly model: string | null;
  readonly rights: AppRights;
  /** Whether the limits of a plan are looked at before anything is asked of a model. */
  readonly hasPlan: boolean;
}

/** What may be done unasked, and what about the rest. */
export interface AppRights {
  readonly sandbox: "read-only" | "workspace-write" | "danger-full-access";
  readonly approvalPolicy: "untrusted" | "on-request" | "never";
}

/** ask: a command that is not known to be harmless is asked for, and runs outside the sandbox once it is allowed. */
export function appRights({ access, permissions }: Pick<CallSpec, "access" | "permissions">): AppRights {
  if (access === "read") return { sandbox: "read-only", approvalPolicy: "never" };
  if (permissions === "ask") return { sandbox: "read-only", approvalPolicy: "untrusted" };
  return permissions === "edits"
    ? { sandbox: "workspace-write", approvalPolicy: "on-request" }
    : { sandbox: "danger-full-access", approvalPolicy: "never" };
}

/** Told again and again as a whole, or needed by nobody. */
const unwanted = [
  "turn/diff/updated",
  "item/commandExecution/outputDelta",
  "item/fileChange/outputDelta",
  "item/fileChange/patchUpdated",
  "thread/status/changed",
];

/**
 * What is said to `codex app-server`: initialize, initialized, account/rateLimits/read (of a plan), thread/start or
 * thread/resume, turn/start; then answers to what it asks. The fields are those of `codex app-server generate-ts` of 0.169.
 */
export class AppServerClient implements AppListener {
  readonly #turn: AppTurn;
  readonly #requests = new Map<string, RpcId>();
  readonly #replies: OutgoingLine[] = [];
  #thread: string | null = null;
  #underWay: { readonly thread: string; readonly turn: string } | null = null;

  constructor(turn: AppTurn) {
    this.#turn = turn;
  }

  opening(): readonly OutgoingLine[] {
    const params = {
      clientInfo: { name: brand.bin, title: brand.name, version: "1" },
      capabilities: { experimentalApi: false, requestAttestation: false, optOutNotificationMethods: unwanted },
    };
    return [said(asks.initialize, rpcRequest(asks.initialize, "initialize", params))];
  }

  replies(): readonly OutgoingLine[] {
    return this.#replies.splice(0);
  }

  /**
   * A refusal has no words of its own: they are said to the turn that waits for it. Not behind it, when the model may be asked
   * again already: that request would be broken off, and paid all the same.
   */
  answer(id: string, decision: ApprovalDecision, message: string | null): readonly OutgoingLine[] {
    const request = this.#requests.get(id) ?? id;
    const answer = said(answerTag(id), rpcResult(request, { decision: decision === "deny" ? "decline" : "accept" }));
    if (decision !== "deny" || message === null || this.#underWay === null) return [answer];
    const words = input(`What you asked for was denied: ${message}`);
    const params = { threadId: this.#underWay.thread, expectedTurnId: this.#underWay.turn, input: words };
    return [said(`${steering}${id}`, rpcRequest(`${steering}${id}`, "turn/steer", params)), answer];
  }

  /** A thread is made only when the plan is open: it is reason enough to call the provider. */
  answered(id: RpcId, result: JsonObject): void {
    if (id === asks.initialize) {
      this.#replies.push(said("initialized", { method: "initialized" }));
      if (this.#turn.hasPlan)
        this.#replies.push(said(asks.limits, rpcRequest(asks.limits, "account/rateLimits/read", {})));
      else this.#askForThread();
    }
    if (id === asks.limits) this.#askForThread();
    const thread = id === asks.thread ? textIn(objectIn(result["thread"])?.["id"]) : null;
    if (thread !== null) this.#startTurn(thread);
    const turn = id === asks.turn ? textIn(objectIn(result["turn"])?.["id"]) : null;
    if (turn !== null && this.#thread !== null) this.#underWay = { thread: this.#thread, turn };
  }

  asked(id: RpcId, method: string, isKnown: boolean): void {
    if (isKnown) this.#requests.set(String(id), id);
    else this.#replies.push(said(answerTag(String(id)), rpcNotFound(id, method)));
  }

  /** Without a folder, which is the one it runs in: one that is named and may be changed it writes into the user's settings. */
  #askForThread(): void {
    const { thread, model, rights } = this.#turn;
    const params = { model, ...rights };
    const request =
      thread === null
        ? rpcRequest(asks.thread, "thread/start", params)
        : // Without what was said before, which may be longer than a line is read.
          rpcRequest(asks.thread, "thread/resume", { threadId: thread, ...params, excludeTurns: true });
    this.#replies.push(said(asks.thread, request));
  }

  #startTurn(thread: string): void {
    this.#thread = thread;
    const { prompt, schema } = this.#turn;
    const params = {
      threadId: thread,
      input: input(prompt),
      ...(schema === null ? {} : { outputSchema: schema }),
    };
    this.#replies.push(said(asks.turn, rpcRequest(asks.turn, "turn/start", params)));
  }
}

const steering = "steer ";
const input = (text: string): readonly object[] => [{ type: "text", text, text_elements: [] }];
const said = (tag: string, object: object): OutgoingLine => ({ tag, line: JSON.stringify(object) });

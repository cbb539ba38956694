import { failure, type Failure } from "../../domain/failure.ts";
import type { CallEvent } from "../../engine/ports/adapter.ts";
import { identifierIn, objectIn, objectsIn, type JsonObject } from "../json-line.ts";
import { rpcRequest, type RpcError, type RpcId } from "../programs/json-rpc.ts";
import type { OutgoingLine } from "../programs/line-parser.ts";
import type { Moment } from "../written-instant.ts";
import { acpFailure, sessionLost, wantsLogin } from "./acp-errors.ts";
import { loginMethod, loginText } from "./acp-login.ts";
import type { AcpRights } from "./acp-rights.ts";
import { modelSetting, modeSetting, type Setting } from "./acp-settings.ts";

/** What is wanted of an agent in one attempt. */
export interface AcpWish {
  readonly prompt: string;
  readonly folder: string;
  /** A session to go on with. */
  readonly session: string | null;
  /** An engine before this one has begun it, or gone on with it. */
  readonly isAdopted: boolean;
  readonly model: string | null;
  /** Null: the agent stays in the mode it has. */
  readonly rights: AcpRights | null;
  /** Names of the variables that the agent is given. */
  readonly variables: ReadonlySet<string>;
}

/** Each is asked once: its place is the id of its request. */
const steps = [
  "initialize",
  "new",
  "prompt",
  "load",
  "authenticate",
  "mode",
  "model",
  "new again",
  "load again",
] as const;
export type AcpStep = (typeof steps)[number];

export const stepOf = (id: RpcId): AcpStep | null => (typeof id === "number" ? (steps[id] ?? null) : null);

export const acpSaid = (tag: string, message: object): OutgoingLine => ({
  tag,
  line: JSON.stringify({ jsonrpc: "2.0", ...message }),
});

/** The way to the prompt: initialize, log in where that needs nobody, begin or load a session, its model, its mode. */
export class AcpSetup {
  readonly #program: string;
  readonly #wish: AcpWish;
  readonly #moment: () => Moment;
  readonly #says: OutgoingLine[] = [];
  readonly #settings: { readonly step: "mode" | "model"; readonly setting: Setting }[] = [];
  #methods: readonly JsonObject[] = [];
  #loading = "session/load";
  #isLoading = false;
  #session: string | null = null;
  #isPrompted = false;
  #failure: Failure | null = null;

  constructor(program: string, wish: AcpWish, moment: () => Moment) {
    this.#program = program;
    this.#wish = wish;
    this.#moment = moment;
  }

  /** Null: nobody knows. */
  get session(): string | null {
    return this.#session;
  }

  /** What the agent tells of now is of this attempt, not of the session before it. */
  get isPrompted(): boolean {
    return this.#isPrompted;
  }

  /** Why there will be no prompt. */
  get failure(): Failure | null {
    return this.#failure;
  }

  opening(): readonly OutgoingLine[] {
    const clientCapabilities = { fs: { readTextFile: false, writeTextFile: false }, terminal: false };
    this.#ask("initialize", "initialize", { protocolVersion: 1, clientCapabilities });
    return this.says();
  }

  /** What is to be said since the last time. */
  says(): readonly OutgoingLine[] {
    return this.#says.splice(0);
  }

  granted(step: Exclude<AcpStep, "prompt">, result: JsonObject): readonly CallEvent[] {
    switch (step) {
      case "initialize":
        this.#initialized(result);
        return [];
      case "authenticate":
        this.#open("session again");
        return [];
      case "new":
      case "new again":
      case "load":
      case "load again":
        return this.#begun(result, step.startsWith("load"));
      case "model":
      case "mode":
        this.#next();
        return [];
    }
  }

  refused(step: Exclude<AcpStep, "prompt">, error: RpcError): readonly CallEvent[] {
    if (step === "mode" || step === "model") {
      this.#next();
      const wanted = step === "mode" ? "the mode it was to work in" : `the model ${this.#wish.model ?? ""}`;
      return [note(`${this.#program} did not take ${wanted}: ${error.message}`)];
    }
    if (wantsLogin(error) && (step === "new" || step === "load")) {
      const methodId = loginMethod(this.#methods, this.#wish.variables);
      if (methodId !== null) {
        this.#ask("authenticate", "authenticate", { methodId });
        return [];
      }
    }
    const failed = acpFailure(error, [], this.#moment());
    if (failed.type === "auth") this.#failure = { ...failed, message: failed.message + loginText(this.#methods) };
    else this.#failure = step.startsWith("load") ? sessionLost(error) : failed;
    return [];
  }

  #initialized(result: JsonObject): void {
    const version = result["protocolVersion"];
    const can = objectIn(result["agentCapabilities"]) ?? {};
    const canResume = objectIn(objectIn(can["sessionCapabilities"])?.["resume"]) !== null;
    this.#methods = objectsIn(result["authMethods"]);
    if (can["loadSession"] !== true) this.#loading = "session/resume";
    const { session, isAdopted } = this.#wish;
    const canLoad = can["loadSession"] === true || canResume;
    if (version !== 1) {
      const message = `${this.#program} speaks version ${typeof version === "number" ? version : "unknown"} of the Agent Client Protocol, not 1`;
      this.#failure = failure("invalid_request", message, { reason: "bad_request" });
    } else if (session !== null && !canLoad && !isAdopted) {
      this.#failure = failure("not_found", `${this.#program} cannot go on with a session`, {
        reason: "session",
        retryable: true,
      });
    } else {
      this.#isLoading = session !== null && canLoad;
      this.#open("session");
    }
  }

  #open(tag: "session" | "session again"): void {
    const { session, folder } = this.#wish;
    const params = { cwd: folder, mcpServers: [] };
    const again = tag === "session again";
    // One tag: whichever of them was said is not said again.
    if (this.#isLoading)
      this.#ask(again ? "load again" : "load", this.#loading, { sessionId: session, ...params }, tag);
    else this.#ask(again ? "new again" : "new", "session/new", params, tag);
  }

  #begun(result: JsonObject, isLoaded: boolean): readonly CallEvent[] {
    const { model, rights } = this.#wish;
    this.#session = identifierIn(result["sessionId"]) ?? this.#wish.session;
    const notes: CallEvent[] = [];
    if (model !== null) {
      const setting = modelSetting(result, model);
      if (setting === null) notes.push(note(`${this.#program} gives no choice of models: ${model} is not asked for`));
      else if (!setting.isSet) this.#settings.push({ step: "model", setting });
    }
    const mode = rights === null ? null : modeSetting(result, rights);
    // What some still tell of a session after they have loaded it comes before they answer anything else.
    if (mode !== null && (isLoaded || !mode.isSet)) this.#settings.push({ step: "mode", setting: mode });
    this.#next();
    return notes;
  }

  /** The next setting, and after the last the prompt. */
  #next(): void {
    const next = this.#settings.shift();
    const sessionId = this.#session;
    if (next !== undefined) {
      const { method, params } = next.setting;
      this.#ask(next.step, method, { sessionId, ...params });
      return;
    }
    this.#isPrompted = true;
    this.#ask("prompt", "session/prompt", { sessionId, prompt: [{ type: "text", text: this.#wish.prompt }] });
  }

  #ask(step: AcpStep, method: string, params: object, tag: string = step): void {
    this.#says.push(acpSaid(tag, rpcRequest(steps.indexOf(step), method, params)));
  }
}

const longestNote = 400;

const note = (message: string): CallEvent => ({ type: "retry", message: message.slice(0, longestNote), delayMs: null });

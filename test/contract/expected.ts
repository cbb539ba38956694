import { retryAfterS, resetInS } from "./agents.ts";
import type { CaseName } from "./cases.ts";
import type { AgentName } from "./install.ts";
import { tokensEach } from "./wire.ts";

/** What must come of a case. */
export interface Expected {
  /** success, or error type/reason. */
  readonly outcome: string;
  /** Requests that offer tools; of a program that tries again by itself until it is ended, between two numbers. */
  readonly requests: number | readonly [number, number];
  /** Milliseconds the failure says to wait; null: none. */
  readonly waitMs: number | null;
  /** How far away the instant is at which the failure says it ends; null: none. */
  readonly resetInMs: number | null;
  /** Input and output together; of an answer that was cut off, between two numbers. */
  readonly tokens: number | readonly [number, number];
  /** Whether what it cost is known. */
  readonly isPriced: boolean;
  /** Questions to a person. */
  readonly asked: number;
  /** Why it is otherwise than one would wish. */
  readonly note?: string;
}

const each = tokensEach.input + tokensEach.output;
type Wish = Omit<Expected, "isPriced"> & Partial<Pick<Expected, "isPriced">>;

const said = { tokens: 0, asked: 0, requests: 1, waitMs: null, resetInMs: null };
const usual: Readonly<Record<CaseName, Wish>> = {
  edit: { ...said, outcome: "success", requests: 2, tokens: 2 * each },
  auth: { ...said, outcome: "error auth/bad_key" },
  throttled: { ...said, outcome: "error rate_limit/throttled", waitMs: retryAfterS * 1_000 },
  streamed: { ...said, outcome: "error rate_limit/throttled" },
  limit: { ...said, outcome: "error rate_limit/plan_limit", resetInMs: resetInS * 1_000 },
  overloaded: { ...said, outcome: "error overloaded" },
  killed: { ...said, outcome: "error api/crash", requests: 2, tokens: each },
  resumed: { ...said, outcome: "success", tokens: each },
  allowed: { ...said, outcome: "success", requests: 2, tokens: 2 * each, asked: 1 },
  denied: { ...said, outcome: "success", requests: 2, tokens: 2 * each, asked: 1 },
  change: { ...said, outcome: "success", requests: 2, tokens: 2 * each, asked: 1 },
  reader: { ...said, outcome: "success", requests: 3, tokens: 3 * each },
  helped: { ...said, outcome: "success", requests: 3, tokens: 3 * each },
  stopped: { ...said, outcome: "cancelled" },
};

const unsaid: Wish = { ...usual.throttled, waitMs: null, note: "the program does not pass the header on" };

/** opencode tries again by itself without end. */
const onItsLog: Pick<Wish, "requests" | "note"> = {
  requests: [1, 2],
  note: "on its log alone, without headers: it is ended before it tries again",
};
const withoutThoughts = { tokens: 2 * (each - tokensEach.reasoning), note: "over ACP it leaves thoughts out" };
const lastStep = "over ACP it tells of its last request alone; a title is asked for";

const otherwise: Readonly<Record<AgentName, Partial<Record<CaseName, Wish>>>> = {
  claude: {
    throttled: unsaid,
    streamed: { ...usual.streamed, tokens: tokensEach.input + 1, note: "what the request began with is told" },
    stopped: { ...usual.stopped, tokens: [tokensEach.input, each], note: "it guesses what it had heard" },
    killed: { ...usual.killed, tokens: each + tokensEach.input, note: "input of the request that was cut off is told" },
  },
  codex: {
    helped: { ...usual.helped, requests: 4, tokens: 4 * each },
    throttled: unsaid,
    streamed: { ...usual.streamed, waitMs: retryAfterS * 1_000, note: "read from the provider's words" },
  },
  gemini: {
    limit: { ...usual.limit, resetInMs: null, note: "a day's quota has no instant: it is asked again after a while" },
    killed: { ...usual.killed, tokens: 0, note: "it tells of tokens at its end alone" },
    allowed: { ...usual.allowed, ...withoutThoughts },
    denied: { ...usual.denied, ...withoutThoughts },
    change: { ...usual.change, ...withoutThoughts },
  },
  opencode: {
    helped: { ...usual.helped, tokens: 2 * each, note: "what its helpers use is not told" },
    throttled: { ...unsaid, ...onItsLog },
    limit: { ...usual.limit, outcome: "error rate_limit/quota_exhausted", resetInMs: null, ...onItsLog },
    overloaded: { ...usual.overloaded, ...onItsLog },
    allowed: { ...usual.allowed, tokens: each, isPriced: true, note: lastStep },
    change: { ...usual.change, tokens: each, isPriced: true, note: lastStep },
    denied: { ...usual.denied, requests: 1, tokens: each, isPriced: true, note: "a no ends its turn" },
  },
};

export function expectedOf(agent: AgentName, name: CaseName): Expected {
  const wish = otherwise[agent][name] ?? usual[name];
  // What the program does not say is worked out from the list of prices; nobody has a price of the local model.
  return { isPriced: agent === "claude" || (agent !== "opencode" && wish.tokens !== 0), ...wish };
}

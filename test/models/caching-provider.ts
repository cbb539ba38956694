import { at } from "../cli/played.ts";
import { anthropic, type Speech, type SpokenUsage } from "./dialects.ts";
import { spoken } from "./http-subject.ts";
import type { LoopbackReply, Sent } from "./loopback.ts";

const lettersOfToken = 4;
const leastTokens = 512;
const outputTokens = 40;

/** A request to a model of this provider, as it is billed. */
export interface Asked {
  /** The first message as it was sent. */
  readonly prompt: string;
  readonly role: string;
  readonly model: string;
  readonly usage: SpokenUsage;
}

/** What a model says: by the role of its prompt, and how many turns it has had. */
type Answer = (asked: Pick<Asked, "prompt" | "role">, turn: number) => Speech;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Answers as the Messages API does and bills as it is written that it does: of a request's pieces (tools, then what its messages
 * hold) those up to a mark are kept from 512 tokens on, and the longest beginning that is kept is read.
 */
export class CachingProvider {
  readonly asked: Asked[] = [];
  readonly #kept = new Set<string>();
  readonly #answer: Answer;

  constructor(answer: Answer) {
    this.#answer = answer;
  }

  reply({ body }: Sent): LoopbackReply {
    const first = at(body, "messages", 0, "content");
    const prompt = typeof first === "string" ? first : textOf(listOf(first));
    const role = /^You are the ([a-z ]+)\./m.exec(prompt)?.[1] ?? "";
    const turn = listOf(at(body, "messages")).filter((one) => at(one, "role") === "assistant").length;
    const usage = { ...this.#usage(body), output: outputTokens };
    this.asked.push({ prompt, role, model: wordsOf(at(body, "model")), usage });
    return spoken(anthropic, { ...this.#answer({ prompt, role }, turn), usage });
  }

  #usage(body: unknown): Omit<SpokenUsage, "output"> {
    const pieces = piecesOf(body);
    let [whole, read, marked] = ["", 0, 0];
    for (const [index, { text, isMarked }] of pieces.entries()) {
      whole += text;
      const tokens = Math.floor(Buffer.byteLength(whole) / lettersOfToken);
      if (this.#kept.has(whole)) read = tokens;
      const isEnd = index === pieces.length - 1 && at(body, "cache_control") !== undefined;
      if ((!isMarked && !isEnd) || tokens < leastTokens) continue;
      this.#kept.add(whole);
      marked = tokens;
    }
    const input = Math.floor(Buffer.byteLength(whole) / lettersOfToken);
    return { input, cacheRead: read, cacheWrite: Math.max(0, marked - read) };
  }
}

const textOf = (content: readonly unknown[]): string => content.map((one) => wordsOf(at(one, "text"))).join("");

const wordsOf = (value: unknown): string => (typeof value === "string" ? value : "");

function piecesOf(body: unknown): readonly { readonly text: string; readonly isMarked: boolean }[] {
  const ahead = JSON.stringify([at(body, "tools"), at(body, "output_config"), at(body, "system")]);
  const blocks = listOf(at(body, "messages")).flatMap((message) => {
    const content = at(message, "content");
    return Array.isArray(content) ? listOf(content) : [{ text: content }];
  });
  return [
    { text: ahead, isMarked: false },
    ...blocks.map((block) => {
      const text = JSON.stringify(block, (key, value: unknown) => (key === "cache_control" ? undefined : value));
      return { text, isMarked: at(block, "cache_control") !== undefined };
    }),
  ];
}

/** The share of input tokens that were read from what was kept. */
export function readShare(asked: readonly Asked[]): number {
  const sum = (of: (usage: SpokenUsage) => number): number => asked.reduce((all, { usage }) => all + of(usage), 0);
  return sum(({ cacheRead = 0 }) => cacheRead) / sum(({ input }) => input);
}

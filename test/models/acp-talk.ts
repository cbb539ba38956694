import type { CallEvent } from "../../src/engine/ports/adapter.ts";
import { AcpClient } from "../../src/models/acp/acp-lines.ts";
import type { AcpWish } from "../../src/models/acp/acp-setup.ts";
import { objectOfLine, type JsonObject } from "../../src/models/json-line.ts";
import { said } from "./call-spec.ts";

const moment = () => ({ nowMs: Date.UTC(2026, 10, 21, 12), zoneOffsetMs: () => 0 });
export const folder = "/w";

export function talkerOf(more: Partial<AcpWish> = {}): AcpClient {
  return new AcpClient({ program: "mine", schema: false, maySayNothing: true }, moment, {
    prompt: "Do it.",
    folder,
    session: null,
    isAdopted: false,
    model: null,
    rights: { access: "write", permissions: "edits", folder },
    variables: new Set(),
    ...more,
  });
}

export interface Heard {
  readonly events: readonly CallEvent[];
  readonly words: readonly JsonObject[];
  readonly tags: readonly string[];
}

/** What these messages lead to: what is told of them, and what is said to them. */
export function hear(talker: AcpClient, ...messages: readonly object[]): Heard {
  const events = messages.flatMap((one) => talker.output(JSON.stringify({ jsonrpc: "2.0", ...one }), false));
  const says = talker.replies();
  return {
    events: said(events),
    words: says.map(({ line }) => objectOfLine(line) ?? {}),
    tags: says.map(({ tag }) => tag),
  };
}

export const initialized = (more: object = {}): object => ({
  id: 0,
  result: { protocolVersion: 1, agentCapabilities: { loadSession: true }, ...more },
});
export const begun = (more: object = {}): object => ({ id: 1, result: { sessionId: "s-1", ...more } });
export const update = (sessionUpdate: string, more: object = {}): object => ({
  method: "session/update",
  params: { sessionId: "s-1", update: { sessionUpdate, ...more } },
});
export const chunk = (text: string, more: object = {}): object =>
  update("agent_message_chunk", { content: { type: "text", text }, ...more });
export const ended = (result: object = { stopReason: "end_turn" }): object => ({ id: 2, result });
export const exited = { kind: "exited", code: 0 } as const;

/** An agent that has its prompt. */
export function prompted(more: Partial<AcpWish> = {}): AcpClient {
  const talker = talkerOf(more);
  talker.opening();
  hear(talker, initialized(), begun());
  return talker;
}

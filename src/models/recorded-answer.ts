import type { CallEvent, CallSpec } from "../engine/ports/adapter.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { createAdapters } from "./adapters.ts";
import type { EndpointName } from "./http/http-connection.ts";

/** What a server has answered to one request, as it was recorded. */
export interface RecordedAnswer {
  /** From 200 to 599. */
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** All that a call says whose only request is answered like this. */
export async function eventsOfAnswer(
  adapter: EndpointName,
  answer: RecordedAnswer,
  clock: Clock,
): Promise<readonly CallEvent[]> {
  const { status, headers, body } = answer;
  const given = (): Response =>
    new Response([204, 205, 304].includes(status) ? null : new Uint8Array(body), {
      status,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
    });
  const ports = { clock, random: () => 0, environment: {}, loadScenario: () => ({ scenario: null, problems: [] }) };
  const asker = createAdapters({ ...ports, fetch: () => Promise.resolve(given()) }).get(adapter);
  const events: CallEvent[] = [];
  for await (const event of asker?.start(question(adapter), () => Promise.resolve()) ?? []) events.push(event);
  return events;
}

const keyName = "RECORDED";
const day = 86_400_000;

/** The shortest there is: one request without tools or a schema. */
const question = (adapter: EndpointName): CallSpec => ({
  call: adapter,
  task: adapter,
  step: null,
  round: 1,
  attempt: 1,
  key: adapter,
  attemptKey: adapter,
  role: "ask",
  model: {
    name: adapter,
    adapter,
    model: "recorded",
    tier: "medium",
    billing: "metered",
    account: adapter,
    provider: adapter,
    argv: null,
    baseUrl: adapter === "openai-compatible" ? "https://server.invalid/v1" : null,
    keyEnv: keyName,
    scenario: null,
    env: { pass: [], set: { [keyName]: "the-key-of-no-server" } },
    folder: "/",
  },
  prompt: "recorded",
  schema: null,
  workdir: "/",
  folder: "/",
  access: "read",
  permissions: "edits",
  limits: { startupMs: day, idleMs: day, wallMs: day },
  start: { kind: "fresh", session: null },
  correlation: adapter,
  env: { pass: [], set: {} },
  budgetLeftMicros: null,
});

import { expect, test } from "vitest";

import type { AdapterName } from "../../src/domain/settings.ts";
import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { availableAdapters, createAdapters, lazyAdapter } from "../../src/models/adapters.ts";
import { parserOf } from "../../src/models/parsers.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { callSpec, committed, modelSettings, seen } from "./call-spec.ts";
import { dialects } from "./dialects.ts";
import { asked, key, spoken } from "./http-subject.ts";
import { loopback } from "./loopback.ts";

const adapters = createAdapters({
  clock: systemClock,
  random: () => 0,
  environment: { ...process.env, LOOPBACK_KEY: key },
  loadScenario: () => ({ scenario: null, problems: [] }),
});

test("each adapter is listed under its own name", () => {
  expect([...adapters.keys()]).toEqual(availableAdapters);
  for (const [name, adapter] of adapters) expect(adapter.name).toBe(name);
});

test("each runs a call", async () => {
  for (const name of availableAdapters) {
    const adapter = adapters.get(name);
    const argv = ["sh", "-c", `echo '${words[name] ?? "hello"}'`];
    const spec = overHttp(name) ?? callSpec({ model: modelSettings({ adapter: name, argv }) });
    expect((await seen(adapter?.start(spec, committed) ?? never())).outcome.kind).toBe("success");
  }
});

test("a call that nobody wants any more before its adapter is there comes to its end", async () => {
  const fresh = createAdapters({
    clock: systemClock,
    random: () => 0,
    environment: process.env,
    loadScenario: () => ({ scenario: null, problems: [] }),
  });
  const call = fresh.get("scripted")?.start(callSpec({ model: modelSettings({ adapter: "scripted" }) }), committed);
  await call?.cancel("stop");
  expect((await seen(call ?? never())).outcome.kind).toBe("cancelled");
});

test("an adapter that could not be read from the disk fails its call, which can be ended, and is read again by the next", async () => {
  const scripted = adapters.get("scripted") ?? never();
  let tries = 0;
  const adapter = lazyAdapter("scripted", () =>
    (tries += 1) === 1 ? Promise.reject(new Error("no such file")) : Promise.resolve(scripted),
  );
  const spec = callSpec({ model: modelSettings({ adapter: "scripted" }) });
  const call = adapter.start(spec, committed);
  await call.cancel("stop");
  await expect(seen(call)).rejects.toThrow("no such file");
  expect((await seen(adapter.start(spec, committed))).outcome.kind).toBe("success");
});

const server = loopback();

/** A call of an adapter that has no program but a server; null: it has a program, or neither. */
function overHttp(name: AdapterName): CallSpec | null {
  const dialect = dialects.find((one) => one.name === name);
  return dialect === undefined
    ? null
    : asked(
        dialect,
        server.place(() => spoken(dialect, { text: ["hello"] })),
        callSpec(),
      );
}

/** How their programs say that all is well. */
const words: Readonly<Partial<Record<AdapterName, string>>> = {
  "claude-code": '{"type":"result","subtype":"success","is_error":false,"result":"hello"}',
  codex: '{"type":"turn.completed","usage":{}}',
  gemini: '{"type":"result","status":"success","stats":{}}',
  acp: ['{"id":0,"result":{"protocolVersion":1}}', '{"id":2,"result":{"stopReason":"end_turn"}}'].join("\n"),
  opencode: '{"type":"step_finish","sessionID":"s","part":{"reason":"stop","tokens":{}}}',
};

const never = (): never => {
  throw new Error("no such adapter");
};

const moment = () => ({ nowMs: 0, zoneOffsetMs: () => 0 });

test("what has a program has a reader of what it prints", () => {
  const parser = parserOf("command", { program: "recorded", schema: false, maySayNothing: true }, moment);
  expect(parser?.output("hello", false)).toEqual([{ type: "text", text: "hello\n" }]);
  expect(parser?.end({ kind: "exited", code: 0 })).toMatchObject({ kind: "success", text: "hello" });
  expect(parserOf("scripted", { program: "recorded", schema: false, maySayNothing: true }, moment)).toBeNull();
});

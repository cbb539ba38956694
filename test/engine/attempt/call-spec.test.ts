import { expect, test } from "vitest";

import type { EnvSettings } from "../../../src/domain/settings.ts";
import type { Role } from "../../../src/domain/task.ts";
import type { Capabilities } from "../../../src/engine/ports/adapter.ts";
import { attemptRow } from "../../../src/engine/attempt/attempt-intent.ts";
import type { CallRequest } from "../../../src/engine/attempt/call-request.ts";
import { callSpec } from "../../../src/engine/attempt/call-spec.ts";
import { createAnthropicAdapter } from "../../../src/models/http/anthropic.ts";
import { createOpenaiCompatibleAdapter } from "../../../src/models/http/openai-compatible.ts";
import { systemClock } from "../../../src/processes/clock.ts";
import { model, settings, spec } from "../../policy/sample.ts";

const start = { kind: "fresh", session: null } as const;

const requestOf = (role: Role): CallRequest => ({
  key: "g1/main/x/1",
  role,
  step: null,
  round: 1,
  prompt: { text: "The rules.\nThe rest.", schema: null, hash: "h", marks: { run: 11, task: 11 } },
  workdir: "/tree",
  access: "read",
  base: null,
  prepare: async () => {},
  check: () => null,
  authors: [],
  session: null,
  struggles: { rejections: 0, gateFailures: 0 },
  exclude: [],
  forced: null,
  grantedMicros: 0,
});

function limitsOf(role: Role, capabilities: Capabilities) {
  const request = requestOf(role);
  const asked = model("m");
  const row = attemptRow("c1", 1, 0, asked, "/calls/1", request, start, null, 0);
  const given = callSpec(request, row, {
    spec: spec(),
    settings: settings({
      timeouts: { httpMs: 5, reviewMs: 10, implementMs: 45, startupMs: 1, idleMs: 2, approvalMs: 3 },
    }),
    model: asked,
    start,
    capabilities,
    leftMs: null,
    capMicros: null,
    left: { micros: null, tokens: null },
    counted: null,
    slot: null,
  });
  expect(given.prompt.slice(0, given.marks?.run)).toBe("The rules.\n");
  return [given.limits.startupMs, given.limits.wallMs];
}

const ports = { clock: systemClock, environment: {} };

test.each<[Role, startupMs: number, wallMs: number]>([
  ["implementer", 1, 45],
  ["code_reviewer", 1, 10],
  ["planner", 1, 10],
  ["synthesizer", 1, 5],
  ["ask", 1, 5],
])("over HTTP a call as %s has the limits of its kind", (role, startupMs, wallMs) => {
  expect(limitsOf(role, createAnthropicAdapter(ports).capabilities)).toEqual([startupMs, wallMs]);
});

test("a server that may have to load its model is given time to say its first word", () => {
  expect(limitsOf("planner", createOpenaiCompatibleAdapter(ports).capabilities)).toEqual([2, 10]);
});

test("a key of an account is passed to its own models alone, whatever is passed to all", () => {
  const given = (keyEnv: string | null): EnvSettings => {
    const asked = model("m", { keyEnv });
    const request = requestOf("implementer");
    const row = attemptRow("c1", 1, 0, asked, "/calls/1", request, start, null, 0);
    const env = { pass: ["WORK_KEY", "PRIVATE_KEY", "PORT"], set: { PRIVATE_KEY: "p", WORK_KEY: "w" } };
    const accounts = { work: { keyEnv: "WORK_KEY" }, private: { keyEnv: "PRIVATE_KEY" } };
    return callSpec(request, row, {
      spec: spec(),
      settings: settings({ env, accounts }),
      model: asked,
      start,
      capabilities: createAnthropicAdapter({ clock: systemClock, environment: {} }).capabilities,
      leftMs: null,
      capMicros: null,
      left: { micros: null, tokens: null },
      counted: null,
      slot: null,
    }).env;
  };
  expect(given("WORK_KEY")).toEqual({ pass: ["WORK_KEY", "PORT"], set: { WORK_KEY: "w" } });
  expect(given(null)).toEqual({ pass: ["PORT"], set: {} });
});

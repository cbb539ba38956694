import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand, envName } from "../../src/domain/brand.ts";
import { clockEnv } from "../clock/child-env.ts";
import { noPty, Pty } from "./pty.ts";

const door = join(import.meta.dirname, "../../src/main.ts");

test.skipIf(noPty !== null)(
  "what was typed before a question stood there answers nothing",
  async ({ onTestFinished }) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), "typed-ahead-")));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const scripted = "{adapter: scripted, scenario: play.yaml}";
    writeFileSync(join(folder, brand.settingsFile), `models: {ann: ${scripted}, bob: ${scripted}}\nsandbox: off\n`);
    writeFileSync(join(folder, "play.yaml"), "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules: []\n");
    const argv = ["ask", "How much?", "--trust", "--models=ann,bob", "--ui", "accessible"];
    const pty = new Pty({
      argv: ["sh", "-c", 'cd "$0" && exec "$@"', folder, process.execPath, door, ...argv],
      env: {
        HOME: folder,
        [envName("HOME")]: join(folder, "state"),
        NODE_OPTIONS: clockEnv["NODE_OPTIONS"] ?? "",
      },
      columns: 100,
      rows: 30,
    });
    onTestFinished(() => pty.close());
    pty.send("1\n2\n1\n");
    await pty.shows("What was typed before this question is left out.");
    await pty.shows("Your number:");
    expect(pty.output).not.toContain("has the best answer");
    const [second] = /2 (\w+), 3 none/.exec(pty.output)?.slice(1) ?? [];
    pty.send("2\n");
    await pty.shows(`${second} has the best answer.`);
    expect(await pty.ended()).toBe(0);
  },
);

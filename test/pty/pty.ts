import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

import headless from "@xterm/headless";

import { assert } from "../../src/domain/assert.ts";
import { clockEnv } from "../clock/child-env.ts";
import { root } from "../root.ts";
import { until } from "../until.ts";

/** The interpreter itself, not a script that looks for it; "": none that can make a terminal. */
const python =
  spawnSync("python3", ["-c", "import pty, termios, fcntl, sys; print(sys.executable)"], {
    encoding: "utf8",
  }).stdout?.trim() ?? "";

/** Why there is no terminal to test in; null: there is. */
export const noPty: string | null = python === "" ? "python3 with its pty module is needed to make a terminal" : null;

export interface PtyOptions {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

interface Told {
  readonly out?: string;
  readonly job?: number;
  readonly stopped?: number;
  readonly exit?: number;
  readonly settings?: boolean;
}

function toldOf(line: string): Told {
  const value: unknown = JSON.parse(line);
  const told: { -readonly [K in keyof Told]: Told[K] } = {};
  assert(typeof value === "object" && value !== null, "the host of the terminal speaks objects");
  for (const [key, item] of Object.entries(value)) {
    if (key === "out" && typeof item === "string") told.out = item;
    if ((key === "job" || key === "stopped" || key === "exit") && typeof item === "number") told[key] = item;
    if (key === "settings" && typeof item === "boolean") told.settings = item;
  }
  return told;
}

/** A program in a real terminal with a shell that knows jobs. */
export class Pty {
  /** All that was written to the terminal. */
  output = "";
  pid = 0;
  exitCode: number | null = null;
  stops = 0;
  readonly #host: ChildProcess;
  readonly #screen: headless.Terminal;
  readonly #answers: boolean[] = [];

  constructor(options: PtyOptions) {
    const { columns: cols = 80, rows = 24 } = options;
    this.#screen = new headless.Terminal({ cols, rows, allowProposedApi: true });
    this.#host = spawn(python, ["-I", "-S", join(root, "test", "pty", "pty-host.py")], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const { stdout } = this.#host;
    assert(stdout !== null, "the host's output is a pipe");
    const decoder = new TextDecoder();
    createInterface({ input: stdout }).on("line", (line) => {
      const told = toldOf(line);
      if (told.out !== undefined) {
        const bytes = Buffer.from(told.out, "base64");
        this.output += decoder.decode(bytes, { stream: true });
        this.#screen.write(bytes);
      }
      if (told.job !== undefined) this.pid = told.job;
      if (told.stopped !== undefined) this.stops += 1;
      if (told.exit !== undefined) this.exitCode = told.exit;
      if (told.settings !== undefined) this.#answers.push(told.settings);
    });
    const { PATH = "", HOME = "" } = process.env;
    this.#tell({
      argv: options.argv,
      columns: options.columns ?? 80,
      rows: options.rows ?? 24,
      env: { ...clockEnv, PATH, HOME, TERM: "xterm-256color", LANG: "C.UTF-8", ...options.env },
    });
  }

  #tell(what: object): void {
    this.#host.stdin?.write(`${JSON.stringify(what)}\n`);
  }

  send(text: string): void {
    this.#tell({ send: text });
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#tell({ resize: [columns, rows] });
  }

  /** Reads nothing of what is written for so long. */
  stall(seconds: number): void {
    this.#tell({ stall: seconds });
  }

  /** What `fg` does. */
  continue(): void {
    this.#tell({ continue: true });
  }

  /** What is seen of the terminal so far stands in the error if it never holds. */
  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    return until(what, condition, () => this.output);
  }

  shows(text: string, times = 1): Promise<void> {
    return this.until(`"${text}" ${times} times`, () => this.output.split(text).length > times);
  }

  /** What stands on the terminal, however it was written. */
  seen(text: string): Promise<void> {
    return this.until(`"${text}" on the terminal`, () => {
      const { active } = this.#screen.buffer;
      const lines = Array.from({ length: this.#screen.rows }, (_, y) => active.getLine(active.viewportY + y));
      return lines.some((line) => line?.translateToString(true).includes(text));
    });
  }

  async ended(): Promise<number> {
    await this.until("the end of the program", () => this.exitCode !== null);
    return this.exitCode ?? -1;
  }

  /** Whether echo, line mode and the like are as before the program. */
  async hasFirstSettings(): Promise<boolean> {
    const before = this.#answers.length;
    this.#tell({ settings: true });
    await this.until("an answer about the line settings", () => this.#answers.length > before);
    return this.#answers.at(-1) ?? false;
  }

  /** Ends the host, its shell and what the shell started. */
  async close(): Promise<void> {
    if (this.#host.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#host.once("exit", resolve));
    this.#host.stdin?.end();
    await gone;
  }
}

import { close, constants, open } from "node:fs";
import { appendFile, readFile, rm } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Clock } from "../engine/ports/clock.ts";
import { gateFiles } from "./gate.ts";
import { errorCode } from "./identity.ts";

/** Of a pipe that the program has not opened yet. */
const pollMs = 15;
/** At ending its input; whoever then still reads it is ended otherwise. */
const mostTries = 20;

/**
 * What is said to a program that was started with `input: "talked to"`, each thing once under its tag, also by an engine
 * that follows one that died: a file beside the pipe says what was said.
 */
export class InputChannel {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #over: AbortSignal;
  readonly #said: Set<string>;
  /** An earlier engine died in the middle of saying something. */
  readonly isTorn: boolean;
  #pipe: Socket | null = null;
  /** It has ended, or is another engine's: nothing is said, nor noted, any more. */
  #isOver = false;
  #isReleased = false;

  private constructor(folder: string, clock: Clock, over: AbortSignal, log: string) {
    this.#folder = folder;
    this.#clock = clock;
    this.#over = over;
    const lines = log.split("\n").filter((line) => line !== "");
    this.#said = new Set(lines.filter((line) => line.startsWith(whole)).map((line) => line.slice(whole.length)));
    this.isTorn = lines.some((line) => line.startsWith(begun) && !this.#said.has(line.slice(begun.length)));
  }

  /** `over` aborts when the program has ended: nobody is waited for then. */
  static async with(folder: string, clock: Clock, over: AbortSignal): Promise<InputChannel> {
    return new InputChannel(folder, clock, over, await textOf(join(folder, gateFiles.said)));
  }

  hasSaid(tag: string): boolean {
    return this.#said.has(tag);
  }

  /** Resolves when the pipe has taken the whole line, or nobody reads it any more. Tags are words without line breaks. */
  async say(tag: string, line: string): Promise<void> {
    if (this.#isOver || this.#said.has(tag)) return;
    this.#said.add(tag);
    const pipe = this.#pipe ?? (await this.#open());
    if (pipe === null) return;
    await this.#note(`${begun}${tag}\n`);
    const isTaken = await new Promise<boolean>((resolve) => {
      pipe.write(`${line}\n`, (error) => resolve(error == null));
    });
    if (isTaken) await this.#note(`${whole}${tag}\n`);
  }

  /** The program's standard input ends; what keeps it open may have to come there first. */
  async end(): Promise<void> {
    this.leave();
    for (let left = mostTries; left > 0 && !this.#isReleased && !this.#over.aborted; left -= 1) {
      const release = await this.#openToWrite(gateFiles.release);
      this.#isReleased = release !== null;
      if (release === null) await this.#clock.wait(pollMs, this.#over);
      else await closeFile(release);
    }
  }

  /** Takes the pipes away, once the program has ended. */
  async close(): Promise<void> {
    this.leave();
    for (const pipe of [gateFiles.input, gateFiles.release]) await rm(join(this.#folder, pipe), { force: true });
  }

  /** Lets go of the pipe and leaves it to another engine. */
  leave(): void {
    this.#isOver = true;
    this.#pipe?.destroy();
  }

  async #note(line: string): Promise<void> {
    await appendFile(join(this.#folder, gateFiles.said), line, { mode: 0o600 });
  }

  async #open(): Promise<Socket | null> {
    while (!this.#over.aborted && !this.#isOver) {
      const fd = await this.#openToWrite(gateFiles.input);
      if (fd !== null && this.#isOver) await closeFile(fd);
      else if (fd !== null) {
        const pipe = new Socket({ fd, readable: false, writable: true });
        // A program that is gone breaks the pipe; its end says so.
        pipe.on("error", () => {});
        this.#pipe = pipe;
        return pipe;
      }
      await this.#clock.wait(pollMs, this.#over);
    }
    return null;
  }

  /** Null: nobody reads it (yet, or any more). */
  async #openToWrite(name: string): Promise<number | null> {
    try {
      return await openFile(join(this.#folder, name), constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (errorCode(error) === "ENXIO" || errorCode(error) === "ENOENT") return null;
      throw error;
    }
  }
}

const openFile = promisify(open);
const closeFile = promisify(close);

const begun = "> ";
const whole = "= ";

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return "";
    throw error;
  }
}

import { spawn, type ChildProcess } from "node:child_process";
import { Socket } from "node:net";

import { signalGroup } from "./group.ts";

export interface Answer {
  /** The first line, without its end. */
  readonly head: string;
  readonly body: Buffer;
}

interface Question {
  /** How many bytes follow a first line; null: more than is wanted. */
  readonly sizeOf: (head: string) => number | null;
  readonly tell: (answer: Answer | null) => void;
  head: string | null;
  /** What the whole answer has, its first line included; 0: not known yet. */
  wanted: number;
}

const living = new Set<LivingCommand>();
let isEndingWithUs = false;

/**
 * A program that answers questions, one at a time, for as long as it lives. It leads a process group, of which nothing is left
 * when it has ended; nothing waits for it but who asks; and it ends with this program, at the latest when its input is closed.
 */
export class LivingCommand {
  readonly #child: ChildProcess | null;
  #question: Question | null = null;
  #chunks: Buffer[] = [];
  #held = 0;
  #isOver = false;

  constructor(command: {
    readonly argv: readonly string[];
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
  }) {
    this.#child = begin(command);
    if (this.#child === null) this.#isOver = true;
    else this.#listen(this.#child);
  }

  /** Null: no answer came in time, or it was not wanted whole. The program is ended then, and answers nothing any more. */
  async ask(line: string, sizeOf: Question["sizeOf"], timeoutMs: number): Promise<Answer | null> {
    if (this.#isOver || this.#question !== null || /[\0\n]/.test(line)) return null;
    const { promise, resolve } = Promise.withResolvers<Answer | null>();
    this.#question = { sizeOf, tell: resolve, head: null, wanted: 0 };
    const timer = setTimeout(() => this.end(), timeoutMs);
    this.#child?.stdin?.write(`${line}\n`);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    living.delete(this);
    const child = this.#child;
    child?.stdin?.destroy();
    child?.stdout?.destroy();
    // Its pid is its own until its end has been told.
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null)
      signalGroup(child.pid, "SIGKILL");
    this.#chunks = [];
    this.#question?.tell(null);
    this.#question = null;
  }

  #listen(child: ChildProcess): void {
    living.add(this);
    if (!isEndingWithUs) process.once("exit", endLivingCommands);
    isEndingWithUs = true;
    child.unref();
    for (const pipe of [child.stdin, child.stdout]) {
      if (pipe instanceof Socket) pipe.unref();
      pipe?.on("error", () => this.end());
    }
    child.on("error", () => this.end());
    child.stdout?.on("data", (chunk: Buffer) => this.#take(chunk));
    child.stdout?.on("close", () => this.end());
    child.on("exit", () => {
      if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
    });
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    const question = this.#question;
    // What nobody has asked for would be taken for the next answer.
    if (question === null) return this.end();
    if (question.head === null) {
      const text = Buffer.concat(this.#chunks);
      const end = text.indexOf("\n");
      if (end < 0) return undefined;
      question.head = text.toString("latin1", 0, end);
      const size = question.sizeOf(question.head);
      if (size === null) return this.end();
      question.wanted = end + 1 + size;
    }
    if (this.#held < question.wanted) return undefined;
    if (this.#held > question.wanted) return this.end();
    const body = Buffer.concat(this.#chunks).subarray(question.head.length + 1);
    this.#chunks = [];
    this.#held = 0;
    this.#question = null;
    return question.tell({ head: question.head, body });
  }
}

/** Ends all there are. */
export function endLivingCommands(): void {
  for (const command of living) command.end();
}

/** Null: the system refuses to start it. */
function begin({ argv, cwd, env }: ConstructorParameters<typeof LivingCommand>[0]): ChildProcess | null {
  const [name = "", ...args] = argv;
  try {
    return spawn(name, args, { cwd, env, detached: true, stdio: ["pipe", "pipe", "ignore"] });
  } catch {
    return null;
  }
}

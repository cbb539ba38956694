import type { Program } from "../program/program.ts";
import { printWrapped } from "./told-of.ts";

/** Nobody types any more. */
export const over = Symbol("over");

/** Questions on the terminal, answered by a number or a line; each below the last. */
export class Numbered {
  readonly #program: Program;
  readonly #signal: AbortSignal;

  /** `signal`: nobody waits for what is typed any more. */
  constructor(program: Program, signal: AbortSignal) {
    this.#program = program;
    this.#signal = signal;
  }

  /** The index of what was chosen. */
  async choose(choices: readonly string[]): Promise<number | typeof over> {
    const { out } = this.#program;
    const offered = choices.map((choice, index) => `${index + 1} ${choice}`).join(", ");
    printWrapped(out, offered);
    for (;;) {
      const typed = await this.line("Your number: ");
      if (typed === over) return over;
      const number = /^\d{1,3}$/.test(typed) ? Number(typed) : 0;
      if (number >= 1 && number <= choices.length) return number - 1;
      out.line(`Type a number from 1 to ${choices.length}.`);
    }
  }

  async line(question: string): Promise<string | typeof over> {
    if (this.#signal.aborted) return over;
    const typed = await this.#program.ask(question, this.#signal);
    return typed === null || this.#signal.aborted ? over : typed.trim();
  }

  /** Whether it is to be done. */
  async confirm(what: string): Promise<boolean | typeof over> {
    printWrapped(this.#program.out, what);
    const chosen = await this.choose(["yes", "no"]);
    return chosen === over ? over : chosen === 0;
  }
}

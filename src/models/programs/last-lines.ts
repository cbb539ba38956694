/** Keeps the end of what a process said, for the message of its failure. */
export class LastLines {
  readonly #lines: string[] = [];

  push(line: string): void {
    const text = line.trim();
    if (text === "") return;
    this.#lines.push(text.length > longestLine ? `${text.slice(0, longestLine)}…` : text);
    if (this.#lines.length > mostLines) this.#lines.shift();
  }

  get text(): string {
    return this.#lines.join("\n");
  }
}

const mostLines = 12;
const longestLine = 400;

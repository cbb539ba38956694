/** Which part of an output over the cap is kept: its start, or its start and its end with a note between them. */
export type Keep = "start" | "ends";

/** Collects what a process writes, in at most about `maxBytes` of memory, however much it writes. */
export class CapturedOutput {
  readonly #startBytes: number;
  readonly #endBytes: number;
  readonly #start: Buffer[] = [];
  readonly #end: Buffer[] = [];
  #startSize = 0;
  #endSize = 0;
  #droppedBytes = 0;

  constructor(maxBytes: number, keep: Keep) {
    this.#endBytes = keep === "ends" ? Math.floor(maxBytes / 2) : 0;
    this.#startBytes = maxBytes - this.#endBytes;
  }

  get truncated(): boolean {
    return this.#droppedBytes > 0;
  }

  push(chunk: Buffer): void {
    const head = chunk.subarray(0, this.#startBytes - this.#startSize);
    if (head.length > 0) this.#start.push(head);
    this.#startSize += head.length;
    const rest = chunk.subarray(head.length);
    if (rest.length === 0) return;
    this.#end.push(rest);
    this.#endSize += rest.length;
    while (this.#endSize > this.#endBytes) this.#dropOldest();
  }

  /** Bytes that are no UTF-8 become U+FFFD. */
  text(): string {
    const start = Buffer.concat(this.#start);
    if (!this.truncated) return Buffer.concat([start, ...this.#end]).toString("utf8");
    if (this.#endBytes === 0) return start.toString("utf8");
    const end = Buffer.concat(this.#end).toString("utf8");
    return `${start.toString("utf8")}\n[${this.#droppedBytes} bytes left out]\n${end}`;
  }

  #dropOldest(): void {
    const [oldest] = this.#end;
    if (oldest === undefined) return;
    const over = Math.min(this.#endSize - this.#endBytes, oldest.length);
    if (over === oldest.length) this.#end.shift();
    else this.#end[0] = oldest.subarray(over);
    this.#endSize -= over;
    this.#droppedBytes += over;
  }
}

export interface SplitLine {
  readonly line: string;
  /** Byte position after the line and its newline, where a reader can go on. */
  readonly offset: number;
  /** The line was longer than the cap; `line` is its beginning. */
  readonly truncated: boolean;
}

const newline = 0x0a;

/**
 * Cuts bytes into lines without ever holding more than `maxLineBytes` of one. Bytes that are no UTF-8 become U+FFFD; a
 * carriage return stays.
 */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #kept: Buffer = Buffer.alloc(4096);
  #keptBytes = 0;
  #lineBytes = 0;
  #offset: number;

  constructor(maxLineBytes: number, offset: number) {
    this.#maxLineBytes = maxLineBytes;
    this.#offset = offset;
  }

  /** The lines that this chunk completes. The chunk may be overwritten afterwards. */
  *push(chunk: Buffer): Generator<SplitLine> {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, at));
      from = at + 1;
      yield this.#take(1);
    }
    this.#keep(chunk.subarray(from));
  }

  /** The last line, when it has no newline. */
  *end(): Generator<SplitLine> {
    if (this.#lineBytes > 0) yield this.#take(0);
  }

  #keep(bytes: Buffer): void {
    this.#lineBytes += bytes.length;
    const wanted = Math.min(this.#keptBytes + bytes.length, this.#maxLineBytes);
    if (wanted > this.#kept.length) {
      const grown = Buffer.alloc(Math.min(Math.max(wanted, 2 * this.#kept.length), this.#maxLineBytes));
      this.#kept.copy(grown, 0, 0, this.#keptBytes);
      this.#kept = grown;
    }
    bytes.copy(this.#kept, this.#keptBytes, 0, wanted - this.#keptBytes);
    this.#keptBytes = wanted;
  }

  #take(newlineBytes: number): SplitLine {
    const truncated = this.#lineBytes > this.#keptBytes;
    const bytes = truncated ? wholeCharacters(this.#kept, this.#keptBytes) : this.#keptBytes;
    const line = this.#kept.toString("utf8", 0, bytes);
    this.#offset += this.#lineBytes + newlineBytes;
    this.#keptBytes = 0;
    this.#lineBytes = 0;
    return { line, offset: this.#offset, truncated };
  }
}

/** The length without a character that a cut at `length` goes through. */
function wholeCharacters(bytes: Buffer, length: number): number {
  const earliest = Math.max(0, length - 3);
  for (let at = length - 1; at >= earliest; at--) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) return length;
    if (byte < 0xc0) continue;
    const size = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    return at + size > length ? at : length;
  }
  return length;
}

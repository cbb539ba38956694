import { toJson, type Json } from "../domain/json.ts";

/**
 * Finds the last JSON object in what a model wrote: between prose, in a code fence, over several lines, with braces in its
 * strings. One pass with two readers, so hostile text costs no more than plain text: a reader that meets what is no JSON
 * forgets all it has open, since all of that holds the fault; what stands inside a string for one reader is open text for
 * the other, and no third view exists, because each quote turns both views round.
 */
const deepest = 200;

type Expect =
  | "key or close"
  | "key"
  | "colon"
  | "value"
  | "value or close"
  | "comma or close"
  | "string"
  | "escape"
  | "hex"
  | "literal"
  | "number";

type NumberPart =
  | "minus"
  | "zero"
  | "integer"
  | "point"
  | "fraction"
  | "exponent"
  | "exponent sign"
  | "exponent digits";

interface Range {
  readonly start: number;
  readonly end: number;
}

/** So many objects are tried from the end on: what stands before them is no answer any more. */
const mostTried = 100;

/**
 * The last JSON object of a text that is meant as the answer, else the last there is, as JSON.parse reads it; undefined where there
 * is none. Never throws.
 */
export function lastJsonObject(text: string, isMeant: (object: Json) => boolean = () => true): Json | undefined {
  let last: Json | undefined;
  for (const { start, end } of objectRanges(text).toReversed()) {
    const object = toJson(JSON.parse(text.slice(start, end)));
    if (isMeant(object)) return object;
    last ??= object;
  }
  return last;
}

/** Where the last JSON object of a text stands. */
export const lastObjectRange = (text: string): Range | null => objectRanges(text).at(-1) ?? null;

/** Where the last JSON objects of a text stand, in the order of their ends. Deeper than 200 levels none is seen as a whole. */
function objectRanges(text: string): readonly Range[] {
  const readers = [new Reader(), new Reader()] as const;
  const found: Range[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (!readers[0].isOpen && !readers[1].isOpen) {
      at = text.indexOf("{", at);
      if (at < 0) break;
    }
    const code = text.charCodeAt(at);
    let isRead = false;
    for (const reader of readers) {
      if (!reader.isOpen) continue;
      const start = reader.read(code, at);
      if (start !== null) found.push({ start, end: at + 1 });
      if (found.length > 2 * mostTried) found.splice(0, mostTried);
      isRead ||= reader.isOpen && !reader.isInString;
    }
    if (code !== 0x7b || isRead) continue;
    // A reader that is in a string goes on, should the brace be part of it; an idle one takes the brace as a beginning.
    const idle = readers.find((reader) => !reader.isOpen);
    idle?.read(code, at);
  }
  return found.slice(-mostTried);
}

/** Reads JSON letter by letter from an opening brace on; idle when nothing is open. */
class Reader {
  /** Where each open object began; -1 for an open list. */
  #open: number[] = [];
  #expect: Expect = "value";
  #isKey = false;
  #hexLeft = 0;
  #literal = "";
  #literalAt = 0;
  #number: NumberPart = "minus";

  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  get isInString(): boolean {
    return this.#expect === "string" || this.#expect === "escape" || this.#expect === "hex";
  }

  /** The beginning of the object this letter closes, else null. */
  read(code: number, at: number): number | null {
    switch (this.#expect) {
      case "string":
        return this.#inString(code);
      case "escape":
        return this.#inEscape(code);
      case "hex":
        return this.#inHex(code);
      case "literal":
        return this.#inLiteral(code);
      case "number":
        if (this.#inNumber(code)) return null;
        if (!endsNumber(this.#number)) return this.#fail();
        this.#expect = "comma or close";
        return this.#between(code, at);
      default:
        return this.#between(code, at);
    }
  }

  #inString(code: number): null {
    if (code === 0x22) this.#expect = this.#isKey ? "colon" : "comma or close";
    else if (code === 0x5c) this.#expect = "escape";
    else if (code < 0x20) this.#fail();
    return null;
  }

  #inEscape(code: number): null {
    if (code === 0x75) [this.#expect, this.#hexLeft] = ["hex", 4];
    else if ('"\\/bfnrt'.includes(String.fromCharCode(code))) this.#expect = "string";
    else this.#fail();
    return null;
  }

  #inHex(code: number): null {
    if (!isHex(code)) return this.#fail();
    this.#hexLeft -= 1;
    if (this.#hexLeft === 0) this.#expect = "string";
    return null;
  }

  #inLiteral(code: number): null {
    if (code !== this.#literal.charCodeAt(this.#literalAt)) return this.#fail();
    this.#literalAt += 1;
    if (this.#literalAt === this.#literal.length) this.#expect = "comma or close";
    return null;
  }

  #inNumber(code: number): boolean {
    const next = nextPart(this.#number, code);
    if (next !== null) this.#number = next;
    return next !== null;
  }

  #between(code: number, at: number): number | null {
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) return null;
    const expect = this.#expect;
    if (code === 0x7d || code === 0x5d) return this.#close(code);
    if (expect === "comma or close") {
      if (code !== 0x2c) return this.#fail();
      this.#expect = this.#isList ? "value" : "key";
      return null;
    }
    if (expect === "colon") {
      if (code !== 0x3a) return this.#fail();
      this.#expect = "value";
      return null;
    }
    if (expect === "key" || expect === "key or close") {
      if (code !== 0x22) return this.#fail();
      [this.#expect, this.#isKey] = ["string", true];
      return null;
    }
    return this.#value(code, at);
  }

  get #isList(): boolean {
    return this.#open.at(-1) === -1;
  }

  #value(code: number, at: number): null {
    if (code === 0x7b || code === 0x5b) {
      if (this.#open.length === deepest) return this.#fail();
      this.#open.push(code === 0x7b ? at : -1);
      this.#expect = code === 0x7b ? "key or close" : "value or close";
    } else if (code === 0x22) {
      [this.#expect, this.#isKey] = ["string", false];
    } else if (code === 0x2d || isDigit(code)) {
      this.#expect = "number";
      this.#number = code === 0x2d ? "minus" : code === 0x30 ? "zero" : "integer";
    } else {
      const literal = ["true", "false", "null"].find((word) => word.charCodeAt(0) === code);
      if (literal === undefined) return this.#fail();
      [this.#expect, this.#literal, this.#literalAt] = ["literal", literal, 1];
    }
    return null;
  }

  #close(code: number): number | null {
    const isList = this.#isList;
    const mayClose = this.#expect === "comma or close" || this.#expect === (isList ? "value or close" : "key or close");
    if ((code === 0x5d) !== isList || !mayClose) return this.#fail();
    const start = this.#open.pop();
    this.#expect = this.isOpen ? "comma or close" : "value";
    return start === undefined || start === -1 ? null : start;
  }

  #fail(): null {
    this.#open = [];
    this.#expect = "value";
    return null;
  }
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isHex = (code: number): boolean =>
  isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);

const endsNumber = (part: NumberPart): boolean =>
  part === "zero" || part === "integer" || part === "fraction" || part === "exponent digits";

/** What one more letter makes of a number; null where the letter is no part of it. */
function nextPart(part: NumberPart, code: number): NumberPart | null {
  const digit = isDigit(code);
  const isExponent = code === 0x45 || code === 0x65;
  switch (part) {
    case "minus":
      return code === 0x30 ? "zero" : digit ? "integer" : null;
    case "zero":
      return code === 0x2e ? "point" : isExponent ? "exponent" : null;
    case "integer":
      return digit ? "integer" : code === 0x2e ? "point" : isExponent ? "exponent" : null;
    case "point":
      return digit ? "fraction" : null;
    case "fraction":
      return digit ? "fraction" : isExponent ? "exponent" : null;
    case "exponent":
      return code === 0x2b || code === 0x2d ? "exponent sign" : digit ? "exponent digits" : null;
    case "exponent sign":
    case "exponent digits":
      return digit ? "exponent digits" : null;
  }
}

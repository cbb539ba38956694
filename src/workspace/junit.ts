export interface ReportedTests {
  readonly failed: readonly string[];
  /** All that were not skipped, failed ones among them. */
  readonly ran: readonly string[];
}

/**
 * The tests of a JUnit report, as "class > name" (the suite's name where there is no class), each once, in order.
 * Reads what is there and skips what it does not know; never throws, follows no entity but XML's own five and numbers.
 */
export function reportedTests(xml: string): ReportedTests {
  const failed = new Set<string>();
  const ran = new Set<string>();
  const skipped = new Set<string>();
  const suites: string[] = [];
  let test: string | null = null;
  for (const tag of tagsOf(xml)) {
    const closing = tag.text.startsWith("/");
    const name = /^\/?(?:[\w.-]+:)?([\w.-]+)/.exec(tag.text)?.[1] ?? "";
    if (name === "testsuite") {
      if (closing) suites.pop();
      else if (!tag.selfClosing) suites.push(attribute(tag.text, "name"));
    } else if (name === "testcase") {
      const id = closing ? null : idOf(tag.text, suites.at(-1) ?? "");
      if (id !== null)
        (/^(?:skipped|disabled|notrun|ignored)$/i.test(attribute(tag.text, "status")) ? skipped : ran).add(id);
      test = tag.selfClosing ? null : id;
    } else if (name === "skipped" && !closing && test !== null) {
      skipped.add(test);
    } else if ((name === "failure" || name === "error") && !closing && test !== null) {
      failed.add(test);
    }
  }
  return { failed: [...failed], ran: [...ran].filter((id) => !skipped.has(id)) };
}

interface Tag {
  /** Between < and >, without a closing slash at its end. */
  readonly text: string;
  readonly selfClosing: boolean;
}

/** The tags of a text, without comments, CDATA, processing instructions and declarations. One pass, no going back. */
function* tagsOf(xml: string): Generator<Tag> {
  let at = 0;
  for (;;) {
    const start = xml.indexOf("<", at);
    if (start < 0) return;
    const skipped = skipEnd(xml, start);
    if (skipped !== null) {
      at = skipped;
      continue;
    }
    const end = tagEnd(xml, start + 1);
    if (end < 0) return;
    const selfClosing = xml[end - 1] === "/" && end - 1 > start;
    yield { text: xml.slice(start + 1, selfClosing ? end - 1 : end), selfClosing };
    at = end + 1;
  }
}

const skippedParts: readonly (readonly [string, string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
];

/** Where a part that is no tag ends; null: it is a tag. */
function skipEnd(xml: string, start: number): number | null {
  for (const [open, close] of skippedParts) {
    if (!xml.startsWith(open, start)) continue;
    const end = xml.indexOf(close, start + open.length);
    return end < 0 ? xml.length : end + close.length;
  }
  return null;
}

/** The ">" that ends a tag, not one inside of quotes; -1: none. */
function tagEnd(xml: string, from: number): number {
  let quote = "";
  for (let i = from; i < xml.length; i += 1) {
    const char = xml.charAt(i);
    if (quote !== "") {
      if (char === quote) quote = "";
    } else if (char === '"' || char === "'") quote = char;
    else if (char === ">") return i;
  }
  return -1;
}

function idOf(tag: string, suite: string): string {
  const group = attribute(tag, "classname") || suite;
  const name = attribute(tag, "name");
  return group === "" ? name : `${group} > ${name}`;
}

const longestId = 500;

/** The value of an attribute; "" where there is none. Goes over the tag once. */
function attribute(tag: string, wanted: string): string {
  let at = 0;
  for (;;) {
    const start = firstQuote(tag, at);
    const end = start < 0 ? -1 : tag.indexOf(tag.charAt(start), start + 1);
    if (end < 0) return "";
    if (nameBefore(tag.slice(at, start)) === wanted) {
      return decoded(tag.slice(start + 1, Math.min(end, start + 1 + 8 * longestId))).slice(0, longestId);
    }
    at = end + 1;
  }
}

function firstQuote(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) if (text[i] === '"' || text[i] === "'") return i;
  return -1;
}

/** `a` of ` a = `. */
function nameBefore(text: string): string {
  const left = text.trimEnd();
  if (!left.endsWith("=")) return "";
  const name = left.slice(0, -1).trimEnd();
  let start = name.length;
  while (start > 0 && !isSpace(name.charAt(start - 1))) start -= 1;
  return name.slice(start);
}

const isSpace = (char: string): boolean => char === " " || char === "\n" || char === "\t" || char === "\r";

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const decoded = (text: string): string =>
  text.replace(
    /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w{2,4}));/g,
    (whole, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return Object.hasOwn(entities, name) ? (entities[name] ?? whole) : whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );

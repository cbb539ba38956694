/** Answers that models write as JSON for the engine, as a person reads them; also while one is being written. */

/** Every key that one of them has, to tell it from other JSON by its beginning. */
const keys = [
  "verdict",
  "summary",
  "findings",
  "closed",
  "steps",
  "risks",
  "text",
  "agrees",
  "differs",
  "parts",
  "keep_whole",
  "claims",
  "unmet",
];

const startsAnswer = new RegExp(`^\\{\\s*(?:"(?:${keys.join("|")})"|$)`);
const places = /(?:^|\n)[ \t]*(?:```\w*\s*)?\{/g;
const fence = /^\s*```[ \t]*(?=\n|$)/;

/** The text with each such answer in words; all else stays as it is. */
export function answersInWords(text: string): string {
  let told = "";
  let from = 0;
  for (const { index, 0: match } of text.matchAll(places)) {
    const start = index + match.length - 1;
    if (start < from || !mayStart(text.slice(start, start + 40))) continue;
    const { value, length, whole } = readAnswer(text.slice(start));
    const words = wordsOf(value, whole);
    if (words === null) continue;
    told += `${text.slice(from, index)}${match.startsWith("\n") ? "\n" : ""}${words}`;
    from = start + length;
    from += match.includes("```") ? (fence.exec(text.slice(from))?.[0].length ?? 0) : 0;
  }
  return from === 0 ? text : told + text.slice(from);
}

/** Whether it is one, or may become one. */
const mayStart = (head: string): boolean =>
  startsAnswer.test(head) || keys.some((key) => `"${key}"`.startsWith(head.slice(1).trimStart()));

/** A value that may not be at its end; undefined where it is no JSON. */
function readAnswer(text: string): { readonly value: unknown; readonly length: number; readonly whole: boolean } {
  const open: string[] = [];
  /** The text up to where it may be ended, ended. */
  let ended = "{}";
  let inString = false;
  const end = (): string => open.toReversed().join("");
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? "";
    if (inString) {
      if (letter === "\\") at += 1;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === "{" || letter === "[") {
      open.push(letter === "{" ? "}" : "]");
      ended = text.slice(0, at + 1) + end();
    } else if (letter === ",") ended = text.slice(0, at) + end();
    else if (letter === "}" || letter === "]") {
      open.pop();
      if (open.length === 0) return { value: parsed(text.slice(0, at + 1)), length: at + 1, whole: true };
    }
  }
  const rest = inString ? `${text.replace(/\\(?:u[\da-f]{0,3})?$/i, "")}"` : text;
  return { value: parsed(rest + end()) ?? parsed(ended), length: text.length, whole: false };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const said = (value: unknown): string => (typeof value === "string" ? value.trim() : "");
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const after = (head: string, text: string): string => (text === "" ? head : `${head}: ${text}`);
const labelled = (label: string, values: unknown, between: string): readonly string[] => {
  const texts = listed(values).map(said).filter(Boolean);
  return texts.length === 0 ? [] : [`${label}: ${texts.join(between)}`];
};

const verdictWord = new Map([
  ["approve", "approves"],
  ["changes", "asks for changes"],
]);

/** Null: none of them. */
function wordsOf(value: unknown, whole: boolean): string | null {
  if (!isFields(value)) return null;
  const { verdict, steps, summary, text, findings, closed, agrees, differs, unmet } = value;
  const { parts, keep_whole: keepsWhole, claims } = value;
  const isKnown = [verdict, steps, agrees, differs, parts, keepsWhole, claims].some((field) => field !== undefined);
  if (!isKnown && (whole || Object.keys(value).some((key) => !keys.includes(key)))) return null;
  const lines = [
    ...(steps === undefined ? [] : planLines(value, listed(steps))),
    ...(verdict === undefined ? [] : [after(verdictWord.get(said(verdict).toLowerCase()) ?? "verdict", said(summary))]),
    ...(steps === undefined && verdict === undefined ? [said(summary), said(text)] : []),
    ...(parts === undefined && keepsWhole !== true ? [] : partLines(listed(parts), keepsWhole === true)),
    ...listed(claims)
      .filter(isFields)
      .map((claim) => withIds(`+ ${said(claim["text"])}`, claim["sources"])),
    ...labelled("unmet", unmet, ", "),
    ...labelled("all agree", agrees, "; "),
    ...labelled("they differ", differs, "; "),
    ...listed(findings).filter(isFields).map(findingLine),
    ...labelled("settled", closed, ", "),
  ];
  return lines.filter((line) => line !== "").join("\n") || "…";
}

const planLines = ({ summary, risks }: Fields, steps: readonly unknown[]): readonly string[] => [
  after(`plan with ${steps.length} ${steps.length === 1 ? "step" : "steps"}`, said(summary)),
  ...steps.filter(isFields).map(({ title, details }, index) => after(`${index + 1}. ${said(title)}`, said(details))),
  ...labelled("risks", risks, "; "),
];

const withIds = (text: string, ids: unknown): string => {
  const names = listed(ids).map(said).filter(Boolean);
  return names.length === 0 ? text : `${text} (${names.join(", ")})`;
};

const partLines = (parts: readonly unknown[], isWhole: boolean): readonly string[] => [
  isWhole ? "best done as a whole" : `in ${parts.length} ${parts.length === 1 ? "part" : "parts"}`,
  ...(isWhole ? [] : parts.filter(isFields).map(({ goal, covers }, at) => withIds(`${at + 1}. ${said(goal)}`, covers))),
];

function findingLine({ id, severity, file, line, text }: Fields): string {
  const at = typeof line === "number" ? String(line) : said(line);
  const place = said(file) === "" ? "" : `${said(file)}${at === "" ? "" : `:${at}`}`;
  const head = ["-", said(id), said(severity), place].filter((part) => part !== "").join(" ");
  return after(head, said(text));
}

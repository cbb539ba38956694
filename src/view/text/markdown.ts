import { Lexer, type MarkedToken, type Token, type Tokens } from "marked";

import { languageNamed, mostUnits, piecesByLine, type SyntaxPainter } from "../review/syntax.ts";
import { clean } from "./clean.ts";
import { wrappedRows } from "./code-rows.ts";
import { drawn } from "./drawn.ts";
import { boldSpan, empty, gap, lineWidth, span, type Line } from "./line.ts";
import type { Tone } from "./state-styles.ts";
import { wrapPieces, type Piece } from "./wrap-pieces.ts";

/** Markdown of models and people as lines. Nothing of it is hidden: links say where they lead, what is no Markdown stays as it is. */

const longest = 256 * 1024;
const deepest = 12;
/** What only an attack looks like, and would take long to read: quotes and lists deep inside each other, endless lines and brackets. */
const odd =
  /^[ \t]*(?:(?:>|[-*+](?=\s)|\d+[.)](?=\s))[ \t]*){24,}|^(?: {2}|\t){24,} *(?:[-*+]|\d+[.)])\s|^.{20000,}$|[[\]*_`(!<]{400,}/m;
/** The second line of a table; all behind it is looked at for rows. */
const tableRule = /^ *[|:]*-[ |:-]*$/gm;
const mostTables = 100;
/** Signs of emphasis and links are looked for from each of them, so a part of the text costs the square of their number. */
const signs = /[*_~`[\]<!]/g;
const mostSquares = 2_000_000;

/** The blocks of a text; null: it is shown as it is. Takes time that grows with its length, whatever it is. */
export function blocksOf(text: string): readonly Token[] | null {
  if (text.length > longest || odd.test(text)) return null;
  if ((text.match(tableRule)?.length ?? 0) > mostTables) return null;
  try {
    const lexer = new Lexer({ gfm: true });
    lexer.blockTokens(text, lexer.tokens);
    let squares = 0;
    for (const { src, tokens } of lexer.inlineQueue) {
      const cost = (src.match(signs)?.length ?? 0) ** 2;
      if (squares + cost > mostSquares) {
        tokens.push({ type: "text", raw: src, text: src });
        continue;
      }
      squares += cost;
      lexer.inlineTokens(src, tokens);
    }
    return lexer.tokens;
  } catch {
    return null;
  }
}

export const normalized = (text: string): string => text.replace(/\r\n?/g, "\n");

/** The languages of the code in it, as the id of the slice that colours them. */
export const languagesIn = (text: string): string =>
  [
    ...new Set(
      [...text.matchAll(/^ {0,3}(?:```|~~~) *([\w+#.-]{1,20})/gm)].flatMap(
        ([, word]) => languageNamed(word ?? "") ?? [],
      ),
    ),
  ]
    .toSorted()
    .slice(0, 12)
    .join(",");

export function markdownLines(text: string, columns: number, painter: SyntaxPainter | null): readonly Line[] {
  const whole = normalized(text).trim();
  const blocks = blocksOf(whole);
  return blocks === null ? plainLines(whole, columns) : blockLines(blocks, columns, painter);
}

export const plainLines = (text: string, columns: number, tone: Tone = "text"): readonly Line[] =>
  text
    .split("\n")
    .flatMap((line) => wrapPieces([{ text: clean(line, { reveal: true, max: longest }), tone, bold: false }], columns));

/** Blocks one below the other, with an empty line where the text has one. */
export function blockLines(
  blocks: readonly Token[],
  columns: number,
  painter: SyntaxPainter | null,
  depth = 0,
): readonly Line[] {
  const width = Math.max(8, columns);
  return blocks.flatMap((block) => {
    const token = known(block);
    if (token === null || depth > deepest) return plainLines(block.raw.trimEnd(), width);
    return linesOf(token, width, painter, depth);
  });
}

/** A generic token is none of ours: no extension is used. */
const kinds: ReadonlySet<string> = new Set(
  "blockquote br code codespan def del em escape heading hr html image link list paragraph space strong table text checkbox".split(
    " ",
  ),
);
const isKnown = (token: Token): token is MarkedToken => kinds.has(token.type);
const known = (token: Token): MarkedToken | null => (isKnown(token) ? token : null);

function linesOf(token: MarkedToken, width: number, painter: SyntaxPainter | null, depth: number): readonly Line[] {
  switch (token.type) {
    case "space":
      return [empty];
    case "heading":
      return wrapPieces(
        [
          { text: `${"#".repeat(token.depth)} `, tone: "muted", bold: false },
          ...inline(token.tokens, "title", true, depth),
        ],
        width,
      );
    case "paragraph":
      return wrapPieces(inline(token.tokens, "text", false, depth), width);
    case "text":
      return wrapPieces(
        token.tokens === undefined ? [piece(token.text, "text")] : inline(token.tokens, "text", false, depth),
        width,
      );
    case "code":
      return codeLines(token, width, painter);
    case "blockquote":
      return behind([span("│ ", "border")], blockLines(token.tokens, width - 2, painter, depth + 1));
    case "list":
      return listLines(token, width, painter, depth);
    case "table":
      return tableLines(token, width, depth);
    case "hr":
      return [[span("─".repeat(Math.min(width, 40)), "border")]];
    default:
      return plainLines(token.raw.trimEnd(), width);
  }
}

const behind = (lead: Line, lines: readonly Line[]): readonly Line[] => lines.map((line) => [...lead, ...line]);

function codeLines({ text, lang }: Tokens.Code, width: number, painter: SyntaxPainter | null): readonly Line[] {
  const language = languageNamed(lang ?? "");
  const pieces = language === null || painter === null || text.length > mostUnits ? [] : painter.paint(language, text);
  const head: readonly Line[] = (lang ?? "") === "" ? [] : [[span("│ ", "border"), span(lang ?? "", "muted")]];
  let next = 0;
  const code = text.split("\n");
  const places = code.map((line) => {
    const start = next;
    next += line.length + 1;
    return { start, end: start + line.length };
  });
  const own = piecesByLine(pieces, places);
  const body = code.flatMap((line, index) => {
    const rows = wrappedRows(line, width - 2);
    return Array.from({ length: rows.count }, (_, row): Line => [
      span("│ ", "border"),
      ...drawn(rows.row(row), "text", own[index] ?? []),
    ]);
  });
  return [...head, ...body];
}

function listLines(list: Tokens.List, width: number, painter: SyntaxPainter | null, depth: number): readonly Line[] {
  return list.items.flatMap((item, index) => {
    const start = typeof list.start === "number" ? list.start : 1;
    const bullet = list.ordered ? `${start + index}. ` : "- ";
    const box = item.task ? (item.checked === true ? "[x] " : "[ ] ") : "";
    const blocks = item.tokens.filter(({ type }) => type !== "checkbox");
    const lines = blockLines(blocks, width - bullet.length, painter, depth + 1);
    const [first = empty, ...others] = lines;
    const rest = others.map((line): Line => [gap(bullet.length), ...line]);
    return [[span(bullet, "accent"), ...(box === "" ? [] : [span(box, "muted")]), ...first], ...rest];
  });
}

/** In columns where they fit, else each row as a list of its cells. */
function tableLines(table: Tokens.Table, width: number, depth: number): readonly Line[] {
  const lineOf = (cell: Tokens.TableCell, bold: boolean): Line =>
    inline(cell.tokens, "text", bold, depth).map(({ text, tone, bold: isBold }) =>
      isBold ? boldSpan(text, tone) : span(text, tone),
    );
  const rows = [
    table.header.map((cell) => lineOf(cell, true)),
    ...table.rows.map((row) => row.map((cell) => lineOf(cell, false))),
  ];
  const widths = table.header.map((_, column) => Math.max(3, ...rows.map((row) => lineWidth(row[column] ?? empty))));
  const total = widths.reduce((sum, each) => sum + each + 3, -3);
  if (total <= width) {
    const drawnRow = (row: readonly Line[]): Line =>
      row.flatMap((cell, column): Line => {
        const room = widths[column] ?? 3;
        const filled = [...cell, gap(room - lineWidth(cell))];
        return column === 0 ? filled : [span(" │ ", "border"), ...filled];
      });
    const rule: Line = [span(widths.map((each) => "─".repeat(each)).join("─┼─"), "border")];
    const [head = [], ...body] = rows;
    return [drawnRow(head), rule, ...body.map(drawnRow)];
  }
  return table.rows.flatMap((row) => [
    ...row.flatMap((cell, column) => {
      const name = table.header[column];
      const lead: readonly Piece[] =
        name === undefined ? [] : [...inline(name.tokens, "muted", false, depth), piece(": ", "muted")];
      return wrapPieces([...lead, ...inline(cell.tokens, "text", false, depth)], width);
    }),
    empty,
  ]);
}

const piece = (text: string, tone: Tone, bold = false): Piece => ({
  text: clean(text, { lines: true, reveal: true, max: longest }),
  tone,
  bold,
});

/** What stands inside a paragraph, in pieces of one look each. */
function inline(tokens: readonly Token[], tone: Tone, bold: boolean, depth: number): readonly Piece[] {
  return tokens.flatMap((each): readonly Piece[] => {
    const token = known(each);
    if (token === null || depth > deepest) return [piece(each.raw, tone, bold)];
    switch (token.type) {
      case "strong":
        return inline(token.tokens, tone, true, depth + 1);
      case "em":
        return inline(token.tokens, "accent", bold, depth + 1);
      case "del":
        return [piece("~~", "muted"), ...inline(token.tokens, "muted", bold, depth + 1), piece("~~", "muted")];
      case "codespan":
        return [piece(token.text, "string", bold)];
      case "link":
        return linked(inline(token.tokens, "accent", bold, depth + 1), token.text, token.href, token.title);
      case "image":
        return linked([piece(`[image: ${token.text}]`, "muted")], "", token.href, token.title);
      case "br":
        return [piece("\n", tone)];
      case "text":
        return token.tokens === undefined
          ? [piece(token.text, tone, bold)]
          : inline(token.tokens, tone, bold, depth + 1);
      case "escape":
        return [piece(token.text, tone, bold)];
      default:
        return [piece(token.raw, tone, bold)];
    }
  });
}

/** The text of a link and where it leads, which once is enough where both are the same. */
function linked(
  shown: readonly Piece[],
  text: string,
  href: string,
  title: string | null | undefined,
): readonly Piece[] {
  const more = title == null || title === "" ? "" : ` "${title}"`;
  return text === href && more === "" ? shown : [...shown, piece(` (${href}${more})`, "muted")];
}

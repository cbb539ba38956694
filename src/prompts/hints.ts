import type { FoundFile } from "../domain/analysis.ts";
import { block } from "./block.ts";
import { titled } from "./sections.ts";

/** About a thousand tokens, of four bytes each, for the whole section. */
const mostBytes = 4_000;
/** None takes the room of all others. */
const longestLine = mostBytes / 4;

const said =
  "Found by a search for the words of the task, the likeliest first, some with names they define. It may be wrong, and it lacks what has other words: search yourself.";

/** Where a search thinks that the task is; never more than a thousand tokens. Empty: nowhere. */
export function hintsSection(files: readonly Pick<FoundFile, "path" | "symbols">[]): string {
  const lines = files.map(lineOf).filter((line) => Buffer.byteLength(line) <= longestLine);
  for (let count = lines.length; count > 0; count -= 1) {
    const text = titled("Files that may matter", `${said}\n${block("FILES", lines.slice(0, count).join("\n"))}`);
    if (Buffer.byteLength(text) <= mostBytes) return text;
  }
  return "";
}

/** One line, whatever a file is called. */
const lineOf = ({ path, symbols }: Pick<FoundFile, "path" | "symbols">): string =>
  `${path}${symbols.length === 0 ? "" : `: ${symbols.join(", ")}`}`.replaceAll(/[\p{Cc}\u2028\u2029]/gu, "?");

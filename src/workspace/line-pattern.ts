import { createContext, Script } from "node:vm";
import { stripVTControlCharacters } from "node:util";

const longestLine = 2_000;
const mostLines = 200_000;
const mostMatches = 1_000;
const timeoutMs = 1_000;

/** Runs where a clock can stop it: a pattern may take for ever on a line made for it. */
const script = new Script(`
  const expression = new RegExp(pattern);
  const found = new Set();
  for (const line of lines.split("\\n")) {
    const match = expression.exec(line);
    if (match !== null) found.add(match[1] === undefined ? line.trim() : match[1]);
    if (found.size >= limit) break;
  }
  JSON.stringify([...found]);
`);

export type Matched = { readonly lines: readonly string[] } | { readonly fault: string };

/**
 * The lines of an output that a pattern finds, each once, without terminal codes: the first group where the pattern has
 * one, else the whole line. Lines are looked at up to 2,000 characters. A pattern that is no expression, or does not
 * come to an end within 1 s, is a fault.
 */
export function matchLines(output: string, pattern: string): Matched {
  const lines = output
    .split(/\r?\n/)
    .slice(-mostLines)
    .map((line) => stripVTControlCharacters(line.slice(0, longestLine)))
    .join("\n");
  try {
    const context = createContext({ lines, pattern, limit: mostMatches });
    const found: unknown = JSON.parse(String(script.runInContext(context, { timeout: timeoutMs })));
    return { lines: Array.isArray(found) ? found.filter((line) => typeof line === "string") : [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { fault: `the pattern ${pattern.slice(0, 200)} could not be used: ${why}` };
  }
}

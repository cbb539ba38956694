const longest = 19_900;
const context = 3;

/** What is shown of a change, and how much of it is not. */
export const cutChange = (text: string): string =>
  text.length > longest
    ? `${text.slice(0, longest).toWellFormed()}\n… and ${text.length - longest} more characters that are not shown`
    : text;

/** What a file is to become, as the lines between the first and the last that change, with a few around them. */
export function changedLines(path: string, before: string, after: string): string {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const shortest = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < shortest && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail += 1;
  const start = Math.max(0, head - context);
  const lines = [
    `--- ${path}`,
    `+++ ${path}`,
    ...(head === 0 ? [] : [`@@ line ${head + 1} @@`]),
    ...marked(" ", old.slice(start, head)),
    ...marked("-", old.slice(head, old.length - tail)),
    ...marked("+", fresh.slice(head, fresh.length - tail)),
    ...marked(" ", old.slice(old.length - tail, old.length - tail + context)),
  ];
  return cutChange(lines.join("\n"));
}

const linesOf = (text: string): readonly string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));
const marked = (mark: string, lines: readonly string[]): readonly string[] => lines.map((line) => mark + line);

/** What replacing a text would give; `fault` says, for whoever asked for it, why it cannot be done. */
export type Edited = { readonly text: string; readonly count: number } | { readonly fault: string };

const mostLinesNamed = 10;
/** How far a text that is not there is looked for with other white space. */
const mostLinesCompared = 200;
const mostStarts = 50;
/** Beyond what any file may have: a short text put in many places is refused before it is made. */
const mostChars = 32 * 1024 * 1024;

/**
 * Replaces the one place where `old` stands exactly, or all of them. In a file whose lines end with CR LF both texts may be
 * written with LF alone.
 */
export function exactEdit(
  text: string,
  edit: { readonly old: string; readonly new: string; readonly all: boolean },
): Edited {
  if (edit.old === "") return { fault: "the old text is empty; write makes a file or replaces it whole" };
  if (edit.old === edit.new) return { fault: "old and new text are the same; nothing would change" };
  const asGiven = (part: string): string => part;
  const withCrLf = (part: string): string => part.replace(/\r?\n/g, "\r\n");
  for (const ends of /\r\n/.test(text) && !/(?:^|[^\r])\n/.test(text) ? [withCrLf] : [asGiven, withCrLf]) {
    const [old, to] = [ends(edit.old), ends(edit.new)];
    const places = placesOf(text, old);
    if (places.length === 0) continue;
    if (places.length > 1 && !edit.all) return { fault: tooMany(text, places) };
    const chars = text.length + places.length * (to.length - old.length);
    if (chars > mostChars) return { fault: `the file would have ${chars} characters, more than can be written` };
    return { text: text.split(old).join(to), count: places.length };
  }
  return { fault: notFound(text, edit.old) };
}

function placesOf(text: string, old: string): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(old); at >= 0; at = text.indexOf(old, at + old.length)) places.push(at);
  return places;
}

function tooMany(text: string, places: readonly number[]): string {
  const lines = linesAt(text, places.slice(0, mostLinesNamed));
  const more = places.length > mostLinesNamed ? ", …" : "";
  return `the old text stands there ${places.length} times, at lines ${lines.join(", ")}${more}; give more of the lines around the one that is meant, or all: true`;
}

/** The lines, from 1, of places that are in order. */
function linesAt(text: string, places: readonly number[]): readonly number[] {
  let line = 1;
  let from = 0;
  return places.map((place) => {
    for (let at = text.indexOf("\n", from); at >= 0 && at < place; at = text.indexOf("\n", from)) {
      line += 1;
      from = at + 1;
    }
    return line;
  });
}

function notFound(text: string, old: string): string {
  const lines = text.split(/\r?\n/);
  const wanted = old
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .slice(0, mostLinesCompared);
  const [first = ""] = wanted;
  const bare = (line: string): string => line.replace(/\s+/g, "");
  const starts = first === "" ? [] : lines.flatMap((line, at) => (bare(line) === bare(first) ? [at] : []));
  const but = starts
    .slice(0, mostStarts)
    .find((at) => bare(lines.slice(at, at + 2 * wanted.length).join("")).startsWith(bare(wanted.join(""))));
  if (but !== undefined)
    return `the old text does not stand there exactly, only with other white space, at line ${but + 1}; read those lines again and copy them as they are`;
  const [near] = starts;
  const hint = near === undefined ? "" : `; its first line stands at line ${near + 1}, what follows there differs`;
  return `the old text does not stand there${hint}; read the file again, it may have changed`;
}

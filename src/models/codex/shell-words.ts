/** The words of a command line as a POSIX shell takes them apart; null: it holds more than plain and quoted words. */
export function shellWords(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] ?? "";
    if (letter === " ") {
      if (word !== null) words.push(word);
      word = null;
    } else if (letter === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) return null;
      word = (word ?? "") + line.slice(at + 1, end);
      at = end;
    } else if (letter === '"') {
      const quoted = doubleQuoted(line, at + 1);
      if (quoted === null) return null;
      word = (word ?? "") + quoted.text;
      at = quoted.end;
    } else if (/[\w./:=@%+,-]/.test(letter)) {
      word = (word ?? "") + letter;
    } else return null;
  }
  return word === null ? words : [...words, word];
}

/** Up to the quote that closes it; what a shell would put something in place of is not read. */
function doubleQuoted(line: string, start: number): { readonly text: string; readonly end: number } | null {
  let text = "";
  for (let at = start; at < line.length; at += 1) {
    const letter = line[at] ?? "";
    if (letter === '"') return { text, end: at };
    if (letter === "$" || letter === "`") return null;
    const next = line[at + 1] ?? "";
    if (letter === "\\" && '$`"\\'.includes(next)) at += 1;
    text += letter === "\\" && '$`"\\'.includes(next) ? next : letter;
  }
  return null;
}

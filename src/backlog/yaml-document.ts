import { Composer, type CST, type Document, Lexer, type LineCounter, Parser } from "yaml";

const maxTokens = 2_000_000;
/** Loose tokens after which the rest of a text is not read: it is no YAML, and each would be one more error. */
const maxLooseTokens = 20;

export interface YamlDocument {
  readonly document: Document.Parsed;
  /** Where the second document starts; null: there is one, as there must be. */
  readonly secondAt: number | null;
}

/**
 * The first document of a text, with its errors in it; null: the text has more tokens than are read. Unlike the package's
 * own parseDocument its work and memory are bounded, whatever the text.
 */
export function composeDocument(text: string, lines: LineCounter): YamlDocument | null {
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: "error" });
  const tokens = new BoundedTokens(text, lines);
  let first: Document.Parsed | null = null;
  for (const document of composer.compose(tokens.read(), true, text.length)) {
    if (tokens.tooMany) return null;
    if (first !== null) return { document: first, secondAt: document.range[0] };
    first = document;
  }
  return first === null || tokens.tooMany ? null : { document: first, secondAt: null };
}

class BoundedTokens {
  tooMany = false;
  readonly #text: string;
  readonly #parser: Parser;

  constructor(text: string, lines: LineCounter) {
    this.#text = text;
    this.#parser = new Parser(lines.addNewLine);
    lines.addNewLine(0);
  }

  *read(): Generator<CST.Token> {
    let [tokens, loose] = [0, 0];
    for (const lexeme of new Lexer().lex(this.#text)) {
      tokens += 1;
      if (tokens > maxTokens) {
        this.tooMany = true;
        return;
      }
      for (const token of this.#parser.next(lexeme)) {
        yield token;
        if (token.type === "error") loose += 1;
        if (loose >= maxLooseTokens) return;
      }
    }
    yield* this.#parser.end();
  }
}

/**
 * How a cell looks, as the parameters of the sequence that says so (SGR) in one order: attributes, foreground, background. "" is the
 * terminal's own look. Two cells look alike when these are equal.
 */
export type Look = string;

interface Parts {
  readonly attributes: readonly string[];
  readonly foreground: string;
  readonly background: string;
}

/** What a theme says of a text. */
export interface Style {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
}

const basic = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** Looks are few; hostile input must not make them many. */
const mostKept = 2_048;

function kept<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= mostKept) known.clear();
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

const lookWith = ({ attributes, foreground, background }: Parts): Look =>
  [...attributes.toSorted(), foreground, background].filter((part) => part !== "").join(";");

/** The look of a style; its colour is a name, ansi256(n) or #rrggbb, as Ink takes them. */
export const lookOf = ({ color, bold, dim, inverse }: Style): Look =>
  lookWith({
    attributes: [bold === true ? "1" : "", dim === true ? "2" : "", inverse === true ? "7" : ""],
    foreground: color === undefined ? "" : foregroundOf(color),
    background: "",
  });

const foregroundOf = kept((color) => {
  const indexed = /^ansi256\((\d{1,3})\)$/.exec(color)?.[1];
  if (indexed !== undefined) return `38;5;${indexed}`;
  const [, red, green, blue] = /^#(..)(..)(..)$/.exec(color) ?? [];
  if (red !== undefined && green !== undefined && blue !== undefined)
    return `38;2;${[red, green, blue].map((part) => Number.parseInt(part, 16)).join(";")}`;
  if (color === "gray" || color === "grey") return "90";
  const bright = color.endsWith("Bright");
  const at = basic.indexOf(bright ? color.slice(0, -"Bright".length) : color);
  return at === -1 ? "" : String(at + (bright ? 90 : 30));
});

const partsOf = kept((parameters): Parts => applied({ attributes: [], foreground: "", background: "" }, parameters));

/** What ends an attribute, and which. */
const ends: Readonly<Record<string, readonly string[]>> = {
  "22": ["1", "2"],
  "23": ["3"],
  "24": ["4"],
  "25": ["5"],
  "27": ["7"],
  "28": ["8"],
  "29": ["9"],
};

function applied(before: Parts, parameters: string): Parts {
  let { attributes, foreground, background } = before;
  const all = parameters.split(";");
  for (let at = 0; at < all.length; at += 1) {
    const one = all[at] ?? "";
    const ended = ends[one];
    if (one === "" || one === "0") [attributes, foreground, background] = [[], "", ""];
    else if (one === "38" || one === "48") {
      const length = all[at + 1] === "2" ? 5 : 3;
      const color = all.slice(at, at + length).join(";");
      if (one === "38") foreground = color;
      else background = color;
      at += length - 1;
    } else if (/^[39][0-7]$/.test(one)) foreground = one;
    else if (/^(?:4|10)[0-7]$/.test(one)) background = one;
    else if (one === "39") foreground = "";
    else if (one === "49") background = "";
    else if (ended !== undefined) attributes = attributes.filter((attribute) => !ended.includes(attribute));
    else if (/^[1-9]$/.test(one) && !attributes.includes(one)) attributes = [...attributes, one];
  }
  return { attributes, foreground, background };
}

const afterKept = kept((key): Look => {
  const [look = "", parameters = ""] = key.split("|");
  return lookWith(applied(partsOf(look), parameters));
});

/** The look after a sequence with these parameters. */
export const lookAfter = (look: Look, parameters: string): Look => afterKept(`${look}|${parameters}`);

const betweenKept = kept((key): string => {
  const [from = "", to = ""] = key.split("|");
  if (to === "") return "\x1b[m";
  const before = partsOf(from);
  const after = partsOf(to);
  if (before.attributes.some((attribute) => !after.attributes.includes(attribute)))
    return `\x1b[${from === "" ? "" : "0;"}${to}m`;
  const changes = after.attributes.filter((attribute) => !before.attributes.includes(attribute));
  if (after.foreground !== before.foreground) changes.push(after.foreground === "" ? "39" : after.foreground);
  if (after.background !== before.background) changes.push(after.background === "" ? "49" : after.background);
  return `\x1b[${changes.join(";")}m`;
});

/** What turns one look of the pen into another; "" where they are the same. */
export const between = (from: Look, to: Look): string => (from === to ? "" : betweenKept(`${from}|${to}`));

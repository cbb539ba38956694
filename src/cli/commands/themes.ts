import type { ThemesResult } from "../../actions/results/theme.ts";
import type { InputOf } from "../../actions/table.ts";
import { tones, type OwnTheme, type Scheme } from "../../domain/screen-settings.ts";
import { jsonVersion } from "../../view/json/json.ts";
import { styled } from "../../view/text/sgr.ts";
import { chooseTheme, themeData, themeName } from "../../view/text/theme.ts";
import { themeNames } from "../../view/text/theme-tones.ts";
import { wrap } from "../../view/text/width.ts";
import { readScreen, screenLook } from "../inputs/read-screen.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";

/** The themes with a sample of each tone, as this terminal shows it; which of them the screen takes. */
export async function command(program: Program, _input: InputOf<"themes">, { json }: Displays): Promise<number> {
  const { screen, theme } = await readScreen(program);
  const look = await screenLook(program);
  const { scheme } = look.theme;
  const own = typeof theme === "object" ? theme : null;
  const current = theme === null || typeof theme === "string" ? themeName(theme, scheme) : theme.name;
  const entries = [
    ...(own === null ? [] : [entryOf(own, own.name, screen.theme, true)]),
    ...themeNames.map((name) => entryOf(name, name, null, own === null && name === current)),
  ];
  const { out } = program;
  if (json) {
    out.json({ v: jsonVersion, themes: entries } satisfies ThemesResult);
    return 0;
  }
  const depth = out.color ? look.theme.depth : "none";
  const show = out.isTerminal ? styledTone : (word: string): string => word;
  for (const { name, background, current: isCurrent, file } of entries) {
    const where = file === null ? `for a ${background} background` : `yours, for a ${background} background, ${file}`;
    out.line(`${isCurrent ? ">" : " "} ${name}: ${where}${isCurrent ? ", in use" : ""}`);
    const { tones: styles } = chooseTheme({ ...look.theme, depth, theme: file === null ? name : own });
    // Words are styled after they are laid out: a look has no columns.
    for (const line of wrap(tones.join(" "), Math.max(20, out.columns - 4)))
      out.cleaned(
        `    ${line
          .split(" ")
          .map((word) => show(word, styles))
          .join(" ")}`,
      );
  }
  out.line("");
  out.line("screen.theme in your own settings chooses one, or the path of a file of yours: docs/screen.md");
  return 0;
}

type Styles = ReturnType<typeof chooseTheme>["tones"];

const styledTone = (word: string, styles: Styles): string => {
  const tone = tones.find((name) => name === word);
  return tone === undefined ? word : styled(word, styles[tone]);
};

function entryOf(
  theme: string | OwnTheme,
  name: string,
  file: string | null,
  current: boolean,
): ThemesResult["themes"][number] {
  const usual: Scheme = "dark";
  const { background, tones: data } = themeData(theme, usual);
  return {
    name,
    file,
    background,
    current,
    tones: tones.map((tone) => {
      const { shades, bold = false, dim = false, inverse = false } = data[tone];
      return {
        name: tone,
        truecolor: shades?.truecolor ?? null,
        256: shades?.[256] ?? null,
        16: shades?.[16] ?? null,
        bold,
        dim,
        inverse,
      };
    }),
  };
}

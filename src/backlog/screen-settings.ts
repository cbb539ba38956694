import { isAbsolute, resolve } from "node:path";

import type { Problem } from "../domain/problem.ts";
import { colorDepths, usualScreen, type ScreenSettings } from "../domain/screen-settings.ts";
import { child, entriesOf, type Found, type Located, type LocatedEntry, sourceOf, toProblems } from "./located.ts";
import { didYouMean, quoted, suggester } from "./nearest.ts";
import { screenSchema, type WrittenScreen } from "./screen-schema.ts";
import type { SettingsFile } from "./settings.ts";
import { validate } from "./validate.ts";
import { readYaml } from "./yaml-tree.ts";

/** A command of the screen, as far as its keys go. */
export interface KeyCommand {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly string[];
  /** Where its keys are listened to: two commands of one place may not share a key. */
  readonly places: readonly string[];
  /** Text is typed there: its keys are those that type nothing. */
  readonly typing: boolean;
  /** Its key is always the same. */
  readonly fixed: boolean;
}

export interface ScreenChoices {
  readonly commands: readonly KeyCommand[];
  readonly themes: readonly string[];
}

export interface ParsedScreen {
  readonly screen: ScreenSettings;
  /** Without any, `screen` is what is written. */
  readonly problems: readonly Problem[];
}

/** What a person's own settings say of the screen; the rest of the file is looked at by others. */
export function parseScreen(file: SettingsFile, { commands, themes }: ScreenChoices): ParsedScreen {
  const { source, root, found } = readYaml(sourceOf(file.file, file.folder), file.text);
  const written = child(root ?? undefined, "screen");
  if (written === undefined) return { screen: usualScreen, problems: toProblems(found, [source]) };
  const suggest = suggester();
  const { data, found: faults } = validate(screenSchema, written, { suggest, synonyms: {}, partial: false });
  const theme = child(written, "theme");
  const all = [
    ...found,
    ...faults,
    ...keyFaults(entriesOf(child(written, "keys")), commands, suggest),
    ...(theme?.kind === "scalar" ? themeFaults(theme.value, theme, themes, suggest) : []),
  ];
  const screen = data === null ? usualScreen : toScreen(data, file.folder);
  return { screen, problems: toProblems(all, [source]) };
}

const keyList = (written: Located): readonly { readonly key: string; readonly at: Found["at"] }[] => {
  const nodes = written.kind === "list" ? written.items : [written];
  const keys = nodes.flatMap((node) =>
    node.kind === "scalar" && node.value !== null ? [{ key: String(node.value), at: node.at }] : [],
  );
  return keys.length === 1 && keys[0]?.key === "none" ? [] : keys;
};

function toScreen({ theme, keys = {}, ...written }: WrittenScreen, folder: string): ScreenSettings {
  const list = (given: string | number | readonly (string | number)[]): readonly string[] =>
    given === "none" ? [] : [given].flat().map(String);
  return {
    theme: theme === undefined || theme === "auto" ? null : isPath(theme) ? pathOf(theme, folder) : theme,
    keys: Object.fromEntries(Object.entries(keys).map(([id, given]) => [id, list(given)])),
    glyphs: written.glyphs ?? usualScreen.glyphs,
    mouse: written.mouse !== "off",
    motion: written.motion !== "off",
    ui: written.ui ?? usualScreen.ui,
    colors: colorDepths.find((depth) => depth === String(written.colors)) ?? "auto",
  };
}

/** What has a slash or ends as files of YAML do is no name of a theme. */
const isPath = (theme: string): boolean => theme.includes("/") || /\.ya?ml$/.test(theme);
const pathOf = (theme: string, folder: string): string =>
  isAbsolute(theme) || theme.startsWith("~/") ? theme : resolve(folder, theme);

function themeFaults(
  theme: unknown,
  node: Located,
  themes: readonly string[],
  suggest: ReturnType<typeof suggester>,
): readonly Found[] {
  // What is no name is told by the schema.
  if (typeof theme !== "string" || theme === "" || theme === "auto" || isPath(theme) || themes.includes(theme))
    return [];
  const hint = didYouMean(suggest(theme, themes)) ?? `known themes: ${themes.join(", ")}; or the path of a file`;
  return [{ at: node.at, code: "unknown_theme", message: `unknown theme ${quoted(theme)}`, hint }];
}

function keyFaults(
  entries: readonly (readonly [string, LocatedEntry])[],
  commands: readonly KeyCommand[],
  suggest: ReturnType<typeof suggester>,
): readonly Found[] {
  const own = new Map(entries.map(([id, { node }]) => [id, keyList(node)]));
  const placed = commands.map((command) => ({
    ...command,
    usual: command.keys,
    keys: (command.fixed ? undefined : own.get(command.id)?.map(({ key }) => key)) ?? command.keys,
  }));
  const told = new Set(commands.flatMap(({ id, fixed }) => (fixed ? [id] : [])));
  return entries.flatMap(([id, { keyAt }]): readonly Found[] => {
    const command = placed.find((one) => one.id === id);
    if (command === undefined) {
      const ids = commands.map((one) => one.id);
      const hint = didYouMean(suggest(id, ids)) ?? "the ids stand in docs/screen.md";
      return [{ at: keyAt, code: "unknown_command", message: `unknown command ${quoted(id)}`, hint }];
    }
    if (command.fixed)
      return [{ at: keyAt, code: "wrong_value", message: `${id} keeps its key, so that there is always a way out` }];
    told.add(id);
    return (own.get(id) ?? []).flatMap(({ key, at }): readonly Found[] => {
      const bad = badKey(key, command.typing);
      if (bad !== null) return [{ at, code: "bad_key", ...bad }];
      const other = placed.find(
        (one) =>
          one.id !== id &&
          (!own.has(one.id) || told.has(one.id)) &&
          one.keys.includes(key) &&
          one.places.some((place) => command.places.includes(place)) &&
          !one.usual.some((usual) => command.usual.includes(usual)),
      );
      if (other === undefined) return [];
      const message = `${quoted(key)} for ${id} is also the key of ${other.id} (${other.title})`;
      const hint = other.fixed ? "choose another" : `choose another, or give ${other.id} another key or none`;
      return [{ at, code: "key_collision", message, hint }];
    });
  });
}

const namedKeys: ReadonlySet<string> = new Set(
  "up down left right pageup pagedown home end enter esc tab backspace delete space".split(" "),
);

/** What most terminals send the same for: the key would do two things, or the wrong one. */
const sameAs: Readonly<Record<string, string>> = { "ctrl+i": "tab", "ctrl+m": "enter", "ctrl+[": "esc" };

/** Why a key cannot be pressed as it is written, or not here; null: it can. */
function badKey(key: string, typing: boolean): Pick<Found, "message" | "hint"> | null {
  const [, modifiers = "", name = ""] = /^((?:ctrl\+|alt\+|shift\+)*)(.+)$/su.exec(key) ?? [];
  const isLetter = /^[^\s\p{C}]$/u.test(name);
  const hint = `a character, or one of ${[...namedKeys].join(", ")}, with ctrl+, alt+ or shift+ before it`;
  if (!isLetter && !namedKeys.has(name)) return { message: `${quoted(key)} is no key`, hint };
  if (isLetter && modifiers.includes("shift+"))
    return { message: `${quoted(key)} is no key`, hint: `write ${quoted(name.toUpperCase())}` };
  if (!/^(ctrl\+)?(alt\+)?(shift\+)?$/.test(modifiers))
    return { message: `${quoted(key)} is no key`, hint: "in the order ctrl+alt+shift+" };
  if (modifiers.startsWith("ctrl+") && name !== name.toLowerCase())
    return { message: `${quoted(key)} is no key`, hint: `write ${quoted(modifiers + name.toLowerCase())}` };
  const same = sameAs[key];
  if (same !== undefined) return { message: `${quoted(key)} is ${same} in most terminals`, hint: "take another" };
  if (typing && modifiers === "" && (isLetter || name === "space"))
    return { message: `${quoted(key)} is typed as text there`, hint: "take one with ctrl+ or alt+" };
  return null;
}

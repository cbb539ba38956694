import { pinsOf, type GitSettings } from "../../processes/git-settings.ts";
import { brand } from "../../domain/brand.ts";
import { readKnown } from "./known-state.ts";
import { gitList, type Git, type Place } from "../git.ts";

/** What git is set to in these places by all files it reads; what we keep there ourselves is left out. */
export async function settingsOf(git: Git, places: readonly Place[]): Promise<GitSettings> {
  const found: Record<string, string> = {};
  for (const place of places) {
    const items = await gitList(git, place, ["config", "--list", "--show-scope", "-z"]);
    for (let at = 0; at + 1 < items.length; at += 2) {
      const [scope = "", pair = ""] = [items[at], items[at + 1]];
      const gap = pair.indexOf("\n");
      const key = gap < 0 ? pair : pair.slice(0, gap);
      if (scope === "command" || key.startsWith(`${brand.bin}.`)) continue;
      // A key without a value is true.
      found[key] = gap < 0 ? "true" : pair.slice(gap + 1);
    }
  }
  return found;
}

export const pinSettings = (before: GitSettings, now: GitSettings): [string, string][] =>
  pinsOf(before, now).map(([key, value]) => [key, value]);

type Pins = readonly (readonly [string, string])[];

/** Pins of a repository: what the last look of any process came to, until this one looks itself. */
export class GitPins {
  readonly #folder: string;
  #pins: Promise<Pins> | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async get(): Promise<Pins> {
    this.#pins ??= readKnown(this.#folder).then((kept) => kept?.known.pins ?? []);
    return await this.#pins;
  }

  set(pins: Pins): void {
    this.#pins = Promise.resolve(pins);
  }
}

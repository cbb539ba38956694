import { basename } from "node:path";

import { nearestBasic, nearestIndexed, rgbOf, rgbOfBasic, rgbOfIndexed, type Rgb } from "../domain/color-depths.ts";
import type { Problem } from "../domain/problem.ts";
import { tones, type OwnTheme, type Shades, type ToneData } from "../domain/screen-settings.ts";
import { sourceOf, toProblems } from "./located.ts";
import { suggester } from "./nearest.ts";
import { themeSchema, type WrittenTone } from "./screen-schema.ts";
import { validate } from "./validate.ts";
import { readYaml } from "./yaml-tree.ts";

/** A theme of a person's own, or what is wrong with its file and where. */
export function parseTheme(
  file: string,
  text: string,
): { readonly theme: OwnTheme | null; readonly problems: readonly Problem[] } {
  const { source, root, found } = readYaml(sourceOf(file), text);
  const name = basename(file).replace(/\.ya?ml$/, "");
  if (root === null)
    return {
      theme: found.length === 0 ? { name, background: "dark", tones: {} } : null,
      problems: toProblems(found, [source]),
    };
  const { data, found: faults } = validate(themeSchema, root, {
    suggest: suggester(),
    synonyms: { base: "background", scheme: "background", colors: "tones", colours: "tones" },
    partial: false,
  });
  const problems = toProblems([...found, ...faults], [source]);
  if (data === null || problems.length > 0) return { theme: null, problems };
  const written = data.tones ?? {};
  const own = tones.flatMap((tone) => {
    const given = written[tone];
    return given === undefined ? [] : [[tone, toTone(given)] as const];
  });
  return { theme: { name, background: data.background ?? "dark", tones: Object.fromEntries(own) }, problems };
}

/** What is not said of a depth is the nearest of what is said. */
function toTone(written: WrittenTone): ToneData {
  if (typeof written === "string") return { shades: shadesOf({ truecolor: written }) };
  const { truecolor, 256: indexed, 16: basic, ...look } = written;
  return {
    shades: shadesOf({ truecolor, indexed, basic }),
    ...(look.bold === undefined ? {} : { bold: look.bold }),
    ...(look.dim === undefined ? {} : { dim: look.dim }),
    ...(look.inverse === undefined ? {} : { inverse: look.inverse }),
  };
}

interface WrittenShades {
  readonly truecolor?: string | undefined;
  readonly indexed?: number | undefined;
  readonly basic?: Shades[16] | undefined;
}

function shadesOf({ truecolor, indexed, basic }: WrittenShades): Shades | null {
  const rgb =
    truecolor !== undefined
      ? rgbOf(truecolor)
      : indexed !== undefined
        ? rgbOfIndexed(indexed)
        : basic === undefined
          ? null
          : rgbOfBasic(basic);
  if (rgb === null) return null;
  return {
    16: basic ?? nearestBasic(rgb),
    256: indexed ?? nearestIndexed(rgb),
    truecolor: truecolor?.toLowerCase() ?? hexOf(rgb),
  };
}

const hexOf = (rgb: Rgb): string => `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

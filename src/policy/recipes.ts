import { baseName } from "./shell-commands.ts";

/** Files of recipes of make and its like. */
export const isRecipes = (path: string): boolean =>
  /(?:^|\/)(?:GNUmakefile|makefile|makefile\..*|.*\.mk|\.?justfile|.*\.just|taskfile(?:\.dist)?\.ya?ml|tox\.ini)$/i.test(
    path,
  );

/** Those of make. */
export const isMakefile = (path: string): boolean => /make|\.mk$/i.test(baseName(path));

/** Every line of a file of recipes may be a command; a prefix such as `@`, `- cmd:` or a name with a colon is none of it. */
export const commandsOfRecipes = (text: string): string =>
  text
    .replaceAll(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) =>
      line
        .replace(/^\s*(?:[-s]?include|import|mod)\s+/, ". ")
        .replace(/^\s*(?:-\s+)?(?:\w[\w-]*\s*[:=]\s*)?[@+-]*\s*["']?/, ""),
    )
    .join("\n");

/** The targets of a Makefile. */
export const targetsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^([\w./-][\w./ -]*?)\s*::?(?!=)/gm)].flatMap(([, found = ""]) => found.split(/\s+/));

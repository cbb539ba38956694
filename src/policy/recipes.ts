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

const words = (text: string): readonly string[] => text.split(" ");

/** Programs with recipes in a file of a fixed name. */
const recipeFiles: Readonly<Record<string, readonly string[]>> = {
  make: words("GNUmakefile makefile Makefile"),
  gmake: words("GNUmakefile makefile Makefile"),
  just: words("justfile Justfile .justfile"),
  task: words("Taskfile.yml Taskfile.yaml taskfile.yml taskfile.yaml Taskfile.dist.yml Taskfile.dist.yaml"),
  "go-task": words("Taskfile.yml Taskfile.yaml"),
  rake: words("Rakefile rakefile Rakefile.rb"),
  invoke: words("tasks.py"),
  inv: words("tasks.py"),
  nox: words("noxfile.py"),
  tox: words("tox.ini pyproject.toml setup.cfg"),
  doit: words("dodo.py"),
  gulp: words("gulpfile.js gulpfile.mjs gulpfile.ts gulpfile.cjs"),
  grunt: words("Gruntfile.js Gruntfile.cjs"),
  jake: words("Jakefile Jakefile.js"),
};

/** Where a program looks for its recipes. */
export const recipeFilesOf = (program: string): readonly string[] => recipeFiles[program] ?? [];

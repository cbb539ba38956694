import { isInputByName, isTestPath } from "./gate-inputs.ts";
import { commandsOfRecipes, isMakefile, isRecipes, recipeFilesOf, targetsOf } from "./recipes.ts";
import {
  baseName,
  folderName,
  interpretersOf,
  isShell,
  joined,
  programName,
  shellCommands,
  type ShellCommand,
} from "./shell-commands.ts";

/** What of a tree has to be known to follow names in it. */
export interface Names {
  hasFile(path: string): boolean;
  hasFolder(path: string): boolean;
  /** Paths of all files of a name, as `package.json`. */
  called(name: string): readonly string[];
}

/** What a text leads to. */
export interface Led {
  /** Files it names, to be read for what they name in turn. */
  readonly files: readonly string[];
  /** Scripts of a manifest that it runs. */
  readonly scripts: readonly { readonly manifest: string; readonly name: string }[];
  /** Programs it starts, without their folders. */
  readonly programs: readonly string[];
  /** Paths without a file, of which one that is added keeps recipes from running: make takes a target that is there for made. */
  readonly shadows: readonly string[];
  /** Something it starts could not be told: it may read anything. */
  readonly opaque: boolean;
}

const words = (text: string): readonly string[] => text.split(" ");
const runners: ReadonlySet<string> = new Set(
  words(
    "npx pnpx bunx uvx env command exec time nice nohup sudo xvfb-run cross-env cross-env-shell dotenv setsid stdbuf",
  ),
);
const packageManagers: ReadonlySet<string> = new Set(words("npm pnpm yarn bun"));
const interpreters: ReadonlySet<string> = new Set(
  words("node deno bun tsx ts-node python pypy ruby perl php lua rscript swift dotnet java groovy bats"),
);
const behindRun: ReadonlySet<string> = new Set(words("uv poetry pipenv rye hatch pdm pixi bundle corepack mise asdf"));
/** What a text for the shell leads to, run in a folder of the repository. */
export function ledByShell(text: string, folder: string, names: Names): Led {
  const files = new Set<string>();
  const scripts: { manifest: string; name: string }[] = [];
  const programs = new Set<string>();
  const shadows: string[] = [];
  let opaque = false;
  for (const command of shellCommands(text, folder)) {
    const bare = unwrapped(command);
    const [program = "", ...args] = bare.words;
    for (const value of bare.values)
      for (const word of value.split(/[\s=,:]+/)) addFile(files, names, bare.folder, word);
    if (program === "") continue;
    if (program.includes("$")) opaque = true;
    programs.add(programName(program));
    if (packageManagers.has(program)) {
      const run = scriptRun(args);
      if (run === null) continue;
      const manifests = manifestsOf(args, bare.folder, names);
      if (manifests.length === 0) opaque = true;
      for (const manifest of manifests) scripts.push({ manifest, name: run });
      continue;
    }
    if (program === "node" && args[0] === "--run") {
      const [manifest] = manifestsOf([], bare.folder, names);
      if (manifest !== undefined) scripts.push({ manifest, name: args[1] ?? "" });
      continue;
    }
    addFile(files, names, bare.folder, program);
    if (/^g?make$/.test(baseName(program)))
      shadows.push(
        ...targetsAt(
          recipeFolder(args, bare.folder),
          args.filter((arg) => !/^-|=/.test(arg)),
          names,
        ),
      );
    for (const recipe of recipeFilesOf(baseName(program)))
      addFile(files, names, recipeFolder(args, bare.folder), recipe);
    const runsFiles = interpreters.has(programName(program)) || isShell(program) || isSourcing(program);
    for (const file of namedBy(args, runsFiles)) addFile(files, names, bare.folder, file);
    for (const module of modulesOf(program, args)) for (const file of module) addFile(files, names, bare.folder, file);
    if (runsFiles) opaque = opaque || !isShell(program);
  }
  return { files: [...files], scripts, programs: [...programs], shadows, opaque };
}

const isSourcing = (program: string): boolean => program === "." || program === "source" || program === "for";

function targetsAt(folder: string, targets: readonly string[], names: Names): readonly string[] {
  const paths = targets.map((target) => joined(folder, target));
  return paths.filter((path) => path !== "" && !names.hasFile(path) && !names.hasFolder(path));
}

/** A command without the programs that only start another. */
function unwrapped(command: ShellCommand): ShellCommand {
  let { words: rest, values } = command;
  for (let depth = 0; depth < 8; depth += 1) {
    const [program = "", second = ""] = rest;
    let from: number;
    if (runners.has(program) || program === "timeout" || program === "gtimeout") {
      from = 1;
      while ((rest[from] ?? "").startsWith("-") || /^\w+=/.test(rest[from] ?? "")) {
        values = [...values, (rest[from] ?? "").replace(/^\w+=/, "")];
        from += 1;
      }
      if (program.endsWith("timeout")) from += 1;
    } else if (behindRun.has(program) && (second === "run" || second === "exec")) {
      from = 2;
      while ((rest[from] ?? "").startsWith("-")) from += 1;
    } else if (packageManagers.has(program) && (second === "exec" || second === "dlx" || second === "x")) {
      from = rest[2] === "--" ? 3 : 2;
    } else break;
    rest = rest.slice(from);
  }
  return { folder: command.folder, words: rest, values };
}

const ownWords: ReadonlySet<string> = new Set(
  words(
    "install i ci add remove rm uninstall update up upgrade audit publish pack link unlink init create config cache why list ls outdated",
  ),
);

/** The script of a manifest that a package manager is told to run; null: none. */
function scriptRun(args: readonly string[]): string | null {
  const plain: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === "--") break;
    if (/^(?:-w|--workspace|-F|--filter|-C|--dir|--cwd|--prefix)$/.test(arg)) at += 1;
    else if (!arg.startsWith("-") && arg !== "workspaces" && arg !== "foreach" && arg !== "workspace") plain.push(arg);
  }
  const [first = "", second = ""] = plain;
  if (/^(?:run|run-script|rum|urn)$/.test(first)) return second === "" ? null : second;
  if (first === "t" || first === "tst") return "test";
  return first === "" || ownWords.has(first) ? null : first;
}

/** The manifests whose scripts are meant: those of all packages where it is said so, else the next one above. */
function manifestsOf(args: readonly string[], folder: string, names: Names): readonly string[] {
  const many =
    /^(?:-r|--recursive|-w|--workspace|--workspace=.*|-ws|--workspaces|--filter|--filter=.*|-F|workspace|workspaces|foreach)$/;
  if (args.some((arg) => many.test(arg))) return names.called("package.json");
  const at = args.findIndex((arg) => /^(?:-C|--dir|--cwd|--prefix)$/.test(arg));
  const given =
    at === -1 ? args.find((arg) => /^--(?:dir|cwd|prefix)=/.test(arg))?.replace(/^[^=]*=/, "") : args[at + 1];
  for (let place = joined(folder, given ?? "."); ; place = folderName(place)) {
    const path = joined(place, "package.json");
    if (names.hasFile(path)) return [path];
    if (place === "" || place.startsWith("..")) return [];
  }
}

function recipeFolder(args: readonly string[], folder: string): string {
  const at = args.findIndex((arg) => /^(?:-C|--directory|-d|--dir)$/.test(arg));
  const glued = args.find((arg) => /^(?:-C.|--directory=|--dir=)/.test(arg))?.replace(/^(?:-C|--\w+=)/, "");
  return joined(folder, (at === -1 ? glued : args[at + 1]) ?? ".");
}

/** Words of a command that may name a file of its gate: what an interpreter runs, and the values of options. */
function namedBy(args: readonly string[], runsFiles: boolean): readonly string[] {
  return args.flatMap((arg, index) => {
    if (/^-{1,2}[^=]+=/.test(arg)) return [arg.slice(arg.indexOf("=") + 1)];
    const before = args[index - 1] ?? "";
    return !arg.startsWith("-") && (runsFiles || before.startsWith("-")) ? [arg] : [];
  });
}

/** Files that the module named behind `-m` may be. */
function modulesOf(program: string, args: readonly string[]): readonly (readonly string[])[] {
  if (!/^(?:python|pypy)/.test(baseName(program))) return [];
  const module = args[args.indexOf("-m") + 1];
  if (!args.includes("-m") || module === undefined) return [];
  const path = module.replaceAll(".", "/");
  return [[`${path}.py`, `${path}/__main__.py`, `src/${path}.py`, `src/${path}/__main__.py`]];
}

/** Adds the file that a word names. What stands before a variable's end is not known, so it is looked for from the root too. */
function addFile(files: Set<string>, names: Names, folder: string, word: string): void {
  if (word === "" || word.length > 300 || word.includes("\n")) return;
  const bare = word.replace(/^(?:\$\(\)|\$\{[^}]*\}|\$\w+|<\w+>)\/?/, "");
  const places = bare === word ? [folder] : [folder, folderName(folder), ""];
  for (const place of places) {
    const path = joined(place, bare);
    if (path === "" || path.startsWith("..")) continue;
    const found = ["", ...extensions].map((end) => `${path}${end}`).find((name) => names.hasFile(name));
    const named = found ?? folderOf(path, names);
    if (named === null) continue;
    files.add(named);
    return;
  }
}

/** A folder of the gate that is named as a whole, or by a pattern: what lies in it is found when the check runs. */
function folderOf(path: string, names: Names): string | null {
  const folder = /[*?[{]/.test(path) ? folderName(path.slice(0, path.search(/[*?[{]/)).concat("x")) : path;
  return names.hasFolder(folder) && (toolFolders.test(`${folder}/`) || isTestPath(`${folder}/x`)) ? folder : null;
}

const extensions: readonly string[] = words(
  ".js .mjs .cjs .ts .mts .cts .json .tsx .jsx /index.js /index.mjs /index.ts",
);

/** What a file of the gate names in turn. */
export function ledByFile(path: string, text: string, names: Names): Led {
  if (isShellScript(path, text)) return fromBoth(text, path, names);
  if (isRecipes(path)) {
    const led = fromBoth(commandsOfRecipes(text), path, names);
    if (!isMakefile(path)) return led;
    // Make runs what a Makefile includes from where it began.
    const targets = [...new Set(["", folderName(path)])];
    return {
      ...led,
      shadows: [...led.shadows, ...targets.flatMap((target) => targetsAt(target, targetsOf(text), names))],
    };
  }
  const files = new Set<string>();
  for (const value of namesIn(path, text)) {
    addFile(files, names, folderName(path), value);
    if (!/^\.\.?\//.test(value)) addFile(files, names, "", value);
  }
  const followed = [...files].filter((file) => file !== path && belongs(path, file));
  return { files: followed, scripts: [], programs: interpretersOf(text), shadows: [], opaque: false };
}

/** Scripts are run from the root or from where they lie. */
function fromBoth(text: string, path: string, names: Names): Led {
  const [one, other] = [ledByShell(text, "", names), ledByShell(text, folderName(path), names)];
  return {
    files: [...new Set([...one.files, ...other.files])].filter((file) => file !== path),
    scripts: one.scripts,
    programs: [...new Set([...one.programs, ...other.programs])],
    shadows: [...one.shadows, ...other.shadows],
    opaque: one.opaque || other.opaque,
  };
}

const isShellScript = (path: string, text: string): boolean =>
  /\.(?:sh|bash|zsh|ksh|bats)$/i.test(path) || /^#!.*\b(?:ba|da|z|k|a)?sh\b/.test(text);

const tops = (text: string): RegExp => new RegExp(`^(?:${text.split(" ").join("|")})/`, "i");
const toolFolders = tops(
  String.raw`scripts? tools? ci \.ci hack build dev devtools support harness checks? gate qa etc config`,
);
const productFolders = tops("src lib app apps packages? pkg cmd internal source server client components");

/** Whether a file outside of the product's folders holds data, which tests may compare with. */
export const mayBeExpected = (path: string): boolean =>
  !productFolders.test(path) &&
  /\.(?:jsonl?|ya?ml|toml|csv|tsv|txt|xml|sql|dat|bin|out|expected|golden|snap)$/i.test(path);

/**
 * Whether a file that another one names is of the gate like that one. What code imports is mostly the product that it tries,
 * which is to be the change's; settings of runners name nothing but more of the gate.
 */
function belongs(from: string, file: string): boolean {
  if (isInputByName(from) && !isTestPath(from)) return true;
  if (isInputByName(file) || toolFolders.test(file) || /\.(?:sh|bash)$/i.test(file)) return true;
  const folder = folderName(from);
  return folder !== "" && !productFolders.test(from) && file.startsWith(`${folder}/`);
}

/** Settings that name the product, not its gate. */
const ofTheProduct: ReadonlySet<string> = new Set(
  words(
    "entry entries entryPoints input main module bin files include exports types typings browser out outDir outFile dist",
  ),
);

const mostNames = 2_000;

/** Texts in a file that could be names of files. */
function namesIn(path: string, text: string): readonly string[] {
  const found: string[] = [];
  if (/\.(?:ya?ml|ini|cfg|toml|conf|properties)$/i.test(path) || !/\.\w+$/.test(baseName(path).slice(1)))
    found.push(...text.split(/[\s"'=:,[\]]+/).filter((word) => /[./]/.test(word)));
  const pattern = /(["']?)([A-Za-z_$][\w$-]*)\1\s*[:=](?!=)|"([^"\n]{1,200})"|'([^'\n]{1,200})'|`([^`\n]{1,200})`/g;
  let key = "";
  for (const match of text.matchAll(pattern)) {
    if (match[2] !== undefined) {
      key = match[2];
      continue;
    }
    const imported = /(?:from|import|require)\s*\(?\s*$/.test(text.slice(Math.max(0, match.index - 20), match.index));
    if (imported || !ofTheProduct.has(key)) found.push(...(match[3] ?? match[4] ?? match[5] ?? "").split(/\s+/));
    if (found.length > mostNames) break;
  }
  return found;
}

import { testGlobs } from "../domain/test-paths.ts";
import { matchesAny } from "./glob.ts";
import { isManifest } from "./manifest-sections.ts";
import { inputGroups, linters, testClassName, typeCheckers } from "./runner-files.ts";

/** A check as far as its inputs matter. */
export interface ReadingCheck {
  readonly name: string;
  /** Programs that its commands start; null: not all of them are known, so it may read anything. */
  readonly programs: ReadonlySet<string> | null;
  /** Files of the repository that its command leads to. */
  readonly files: ReadonlySet<string>;
}

/** A path that differs from the base, with its kinds (git's modes) there and now; null: it is not there. */
export interface ChangeEntry {
  readonly path: string;
  readonly before: { readonly mode: string; readonly id: string } | null;
  readonly after: { readonly mode: string; readonly id: string } | null;
}

/** Whether the name alone makes a path a test, or what tests compare with. */
export const isTestPath = (path: string): boolean => matchesAny(path, testGlobs) || testClassName.test(path);

/** Whether the name alone makes a path an input of some gate. */
export const isInputByName = (path: string): boolean =>
  isTestPath(path) || inputGroups.some(({ globs, onlyNew }) => onlyNew !== true && matchesAny(path, globs));

const sources = /^(?:src|source|sources|lib|app|pkg|cmd|internal)$/;
const sampleFolders = /^(?:fixtures|__fixtures__|testdata|test-data|__mocks__|snapshots|__snapshots__)$/;

/**
 * Whether a path is an input for no more than a folder above some sources that sounds like tests: `testing/src/sum.ts` may well
 * be the product.
 */
export function isBelowSources(path: string): boolean {
  const parts = path.split("/");
  const at = parts.findLastIndex((part, index) => index < parts.length - 1 && sources.test(part));
  if (at <= 0 || parts.slice(0, at).some((part) => sampleFolders.test(part))) return false;
  return !isInputByName(parts.slice(at).join("/"));
}

const standsForAnother = (path: string): boolean =>
  inputGroups.some(({ globs, onlyNew }) => onlyNew === true && matchesAny(path, globs));

/** Names of the checks that may read an input; `isNew`: it was not there at the base. */
export function readersOf(path: string, checks: readonly ReadingCheck[], isNew: boolean): readonly string[] {
  return checks.filter((check) => reads(check, path, isNew)).map(({ name }) => name);
}

function reads({ programs, files }: ReadingCheck, path: string, isNew: boolean): boolean {
  // A folder takes the place of a file, or of a target that is made, as well as a file does.
  const parts = path.toLowerCase().split("/");
  if (parts.some((_, n) => files.has(parts.slice(0, n + 1).join("/")))) return true;
  if (programs === null) return isInputByName(path) || isManifest(path) || (isNew && standsForAnother(path));
  const runsTests = [...programs].some((program) => !onlyLooking.has(program));
  if (isManifest(path) || (runsTests && isTestPath(path))) return true;
  return inputGroups.some(({ readers, globs, onlyNew }) => {
    if ((onlyNew === true && !isNew) || !matchesAny(path, globs)) return false;
    if (readers === "all") return true;
    return readers === "tests" ? runsTests : readers.some((reader) => programs.has(reader));
  });
}

/** What is neither a linter nor a type checker may run tests. */
const onlyLooking: ReadonlySet<string> = new Set([...linters, ...typeCheckers]);

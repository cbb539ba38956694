import { tokenName, tokenShape } from "../domain/brand.ts";

export interface EnvironmentParts {
  /** The environment of this program, of which only a fixed few and `pass` go on. */
  readonly parent: Readonly<Record<string, string | undefined>>;
  /** The child's own folder for temporary files. */
  readonly temporary: string;
  /** Names taken over from the parent where it has them. */
  readonly pass?: readonly string[];
  /** From the settings. */
  readonly set?: Readonly<Record<string, string>>;
  /** Of this call. */
  readonly call?: Readonly<Record<string, string>>;
}

/** What decides in a person's place goes to no child, under whatever name. */
const ownToken = new RegExp(tokenShape);

const inherited = /^(?:PATH|HOME|USER|SHELL|LANG|LC_[A-Z]+|TZ)$/;

/**
 * The whole environment of a child: built, never inherited, so that keys and settings of this program's own shell stay
 * out. Later parts win: the inherited few, our fixed values, `pass`, `set`, `call`.
 */
export function buildEnvironment(parts: EnvironmentParts): Record<string, string> {
  const taken = Object.entries(parts.parent).filter(([name]) => inherited.test(name));
  const passed = (parts.pass ?? []).map((name) => [name, parts.parent[name]] as const);
  const fixed = { TMPDIR: parts.temporary, TERM: "dumb", NO_COLOR: "1", CI: "1" };
  const all = [...taken, ...Object.entries(fixed), ...passed, ...Object.entries({ ...parts.set, ...parts.call })];
  const environment: Record<string, string> = {};
  for (const [name, value] of all) {
    if (value !== undefined && name !== tokenName && !ownToken.test(value)) environment[name] = value;
  }
  return environment;
}

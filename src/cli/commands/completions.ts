import type { Completes } from "../../actions/fields.ts";
import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { CommandError } from "../program/command-error.ts";
import type { FlagSpec } from "../program/command-spec.ts";
import type { Program } from "../program/program.ts";
import { publicCommands } from "../program/public-commands.ts";

const scripts: Readonly<Record<string, () => string>> = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** Prints a completion script, made from the table of commands. */
export function command(program: Program, { shell }: InputOf<"completions">): Promise<number> {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) throw new CommandError(`there are completions for ${Object.keys(scripts).join(", ")}`);
  program.out.text(script());
  return Promise.resolve(0);
}

const namesOf = (flag: FlagSpec): readonly string[] => [
  ...(flag.short === undefined ? [] : [`-${flag.short}`]),
  `--${flag.name}`,
];
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Words of the kinds that only the program knows. */
const asked = (kind: Completes): string | null =>
  kind === "task" || kind === "model" || kind === "branch" ? `${brand.bin} words ${kind} 2>/dev/null` : null;

function bashScript(): string {
  const cases = publicCommands.map((spec) => {
    const flags = spec.flags.flatMap(namesOf).join(" ");
    const kind = spec.arguments[0]?.completes ?? null;
    const first =
      kind === "file" || kind === "folder" ? `COMPREPLY+=($(compgen -f -- "$word"))` : wordsInBash(asked(kind));
    return `    ${[spec.name, ...spec.aliases].join("|")})\n      COMPREPLY=($(compgen -W ${quote(`${flags} --help`)} -- "$word"))\n      ${first}\n      ;;`;
  });
  const values = publicCommands
    .flatMap((spec) => spec.flags)
    .filter((flag, index, all) => flag.value !== null && all.findIndex(({ name }) => name === flag.name) === index)
    .map((flag) => `    --${flag.name}) ${valueInBash(flag)}; return ;;`);
  return `# bash completion of ${brand.bin}
_${brand.bin}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quote(
      `${publicCommands.map(({ name }) => name).join(" ")} --help --version`,
    )} -- "$word"))
    return
  fi
  case "$before" in
${values.join("\n")}
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
}
complete -F _${brand.bin} ${brand.bin}
`;
}

const wordsInBash = (source: string | null): string =>
  source === null ? ":" : `COMPREPLY+=($(compgen -W "$(${source})" -- "$word"))`;

function valueInBash(flag: FlagSpec): string {
  if (flag.choices !== undefined) return `COMPREPLY=($(compgen -W ${quote(flag.choices.join(" "))} -- "$word"))`;
  if (flag.completes === "file" || flag.completes === "folder") return `COMPREPLY=($(compgen -f -- "$word"))`;
  return wordsInBash(asked(flag.completes ?? null));
}

function zshScript(): string {
  const names = publicCommands.map(({ name, help }) => `    ${quote(`${name}:${help.replaceAll(":", "\\:")}`)}`);
  const cases = publicCommands.map((spec) => {
    const flags = spec.flags.flatMap((flag) =>
      namesOf(flag).map(
        (name) => `        ${quote(`${flag.many === true ? "*" : ""}${name}[${bare(flag.help)}]${valueInZsh(flag)}`)}`,
      ),
    );
    const positionals = spec.arguments.map(
      ({ name, required, completes }) =>
        `        ${quote(`${required ? "" : ":"}:${name}:${actionInZsh(completes ?? null)}`)}`,
    );
    return `    ${[spec.name, ...spec.aliases].join("|")})\n      _arguments \\\n${[...flags, ...positionals, "        '--help[its own page]'"].join(" \\\n")}\n      ;;`;
  });
  return `#compdef ${brand.bin}
# zsh completion of ${brand.bin}
# What _arguments adds for compadd stands before the kind.
_${brand.bin}_words() { local -a found; found=(\${(f)"$(${brand.bin} words \${@[-1]} 2>/dev/null)"}); compadd "\${(@)@[1,-2]}" -a found }
_${brand.bin}() {
  local -a commands
  commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name=$words[2]
  shift words
  (( CURRENT-- ))
  case $name in
${cases.join("\n")}
  esac
}
compdef _${brand.bin} ${brand.bin}
`;
}

const bare = (text: string): string => text.replaceAll(/[[\]:]/g, " ");
const actionInZsh = (kind: Completes): string =>
  kind === "file" ? "_files" : kind === "folder" ? "_files -/" : kind === null ? " " : `_${brand.bin}_words ${kind}`;

function valueInZsh(flag: FlagSpec): string {
  if (flag.value === null) return "";
  return `:${flag.value}:${flag.choices === undefined ? actionInZsh(flag.completes ?? null) : `(${flag.choices.join(" ")})`}`;
}

function fishScript(): string {
  const lines = [`# fish completion of ${brand.bin}`, `complete -c ${brand.bin} -f`];
  for (const spec of publicCommands) {
    lines.push(`complete -c ${brand.bin} -n __fish_use_subcommand -a ${spec.name} -d ${quote(spec.help)}`);
    const within = `-n ${quote(`__fish_seen_subcommand_from ${[spec.name, ...spec.aliases].join(" ")}`)}`;
    for (const flag of spec.flags) {
      const short = flag.short === undefined ? "" : ` -s ${flag.short}`;
      lines.push(
        `complete -c ${brand.bin} ${within} -l ${flag.name}${short} -d ${quote(flag.help)}${valueInFish(flag)}`,
      );
    }
    const kind = spec.arguments[0]?.completes ?? null;
    const source = asked(kind);
    if (source !== null) lines.push(`complete -c ${brand.bin} ${within} -a ${quote(`(${source})`)}`);
    if (kind === "file" || kind === "folder") lines.push(`complete -c ${brand.bin} ${within} -F`);
  }
  return `${lines.join("\n")}\n`;
}

function valueInFish(flag: FlagSpec): string {
  if (flag.value === null) return "";
  const source = asked(flag.completes ?? null);
  if (flag.choices !== undefined) return ` -x -a ${quote(flag.choices.join(" "))}`;
  if (source !== null) return ` -x -a ${quote(`(${source})`)}`;
  return flag.completes === "file" || flag.completes === "folder" ? " -r -F" : " -x";
}

import type { SandboxSettings } from "../domain/sandbox.ts";
import type { Rule } from "./sandbox-rules.ts";

/** A rule for something that is there. */
export interface PlacedRule extends Rule {
  readonly kind: "folder" | "file";
}

export interface WallOptions {
  readonly network: SandboxSettings["network"];
  readonly workdir: string;
  /** Root keeps all its rights where nobody takes them. */
  readonly isRoot: boolean;
  /** Stands for files that may not be read. */
  readonly emptyFile: string;
}

/** What root needs to install, to change owners and to make a wall of its own inside; with none of these is this one taken down. */
const rootKeeps = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_SETFCAP",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_NET_BIND_SERVICE",
];

/** Also what is tried out to see whether it works here. */
export const spaceArguments = ({ network, isRoot }: Pick<WallOptions, "network" | "isRoot">): readonly string[] => [
  "--die-with-parent",
  "--unshare-pid",
  "--unshare-ipc",
  "--unshare-uts",
  ...(network === "off" ? ["--unshare-net"] : []),
  "--cap-drop",
  "ALL",
  ...(isRoot ? rootKeeps.flatMap((name) => ["--cap-add", name]) : []),
  "--ro-bind",
  "/",
  "/",
  "--dev",
  "/dev",
  "--proc",
  "/proc",
];

/** Arguments of `bwrap` before the program's own. Rules come from the top down: each is laid over those before it. */
export function bubblewrapArguments(rules: readonly PlacedRule[], options: WallOptions): readonly string[] {
  const hidden = rules.filter(({ access, kind }) => access === "none" && kind === "folder");
  return [
    ...spaceArguments(options),
    ...rules.flatMap((rule) => mountOf(rule, options.emptyFile)),
    // Last, as places inside of them had to be made.
    ...hidden.flatMap(({ path }) => ["--remount-ro", path]),
    "--chdir",
    options.workdir,
    "--",
  ];
}

function mountOf({ path, access, kind, from = path }: PlacedRule, emptyFile: string): readonly string[] {
  const isDevice = path.startsWith("/dev/");
  switch (access) {
    case "none":
      return kind === "folder" ? ["--tmpfs", path] : ["--ro-bind", emptyFile, path];
    case "private":
      return ["--perms", "1777", "--tmpfs", path];
    case "read":
      return ["--ro-bind", from, path];
    case "write":
      return [isDevice ? "--dev-bind" : "--bind", from, path];
  }
}

import type { PlacedRule, WallOptions } from "./bubblewrap.ts";

/**
 * A profile for `sandbox-exec -p`: of two lines that fit the later one counts, so that rules stand from the top down. It
 * knows no stand-ins and no private folders: what would have one is the real thing.
 */
export function seatbeltProfile(
  rules: readonly PlacedRule[],
  { network }: Pick<WallOptions, "network">,
  temporary: string,
): string {
  const lines = [
    "(version 1)",
    "(allow default)",
    '(deny file-write* (subpath "/"))',
    '(allow file-write* (literal "/dev/null") (literal "/dev/zero") (literal "/dev/tty") (subpath "/dev/fd"))',
    ...rules.flatMap(linesOf),
    `(allow file-read* file-write* ${subpath(temporary)})`,
    // Nobody outside is to be signalled, watched or scripted.
    "(deny signal)",
    "(allow signal (target same-sandbox))",
    "(deny process-info* (target others))",
    "(deny appleevent-send)",
    '(deny mach-lookup (global-name "com.apple.SecurityServer") (global-name "com.apple.securityd"))',
    '(deny mach-lookup (global-name "com.apple.coreservices.launchservicesd"))',
    ...(network === "off" ? ["(deny network*)"] : []),
  ];
  return lines.join("\n");
}

function linesOf({ path, access, kind, from }: PlacedRule): readonly string[] {
  const what = kind === "folder" ? subpath(path) : `(literal ${quoted(path)})`;
  switch (access) {
    case "none":
      return [`(deny file-read* file-write* network-outbound ${what})`, `(allow file-read-metadata ${what})`];
    case "private":
      return [`(deny file-write* network-outbound ${what})`];
    case "read":
      return from === undefined ? [`(deny file-write* ${what})`, `(allow file-read* ${what})`] : [];
    case "write":
      return [`(allow file-read* file-write* ${what})`];
  }
}

const subpath = (path: string): string => `(subpath ${quoted(path)})`;
const quoted = (path: string): string => `"${path.replaceAll(/["\\]/g, (letter) => `\\${letter}`)}"`;

import { readFileSync, readlinkSync } from "node:fs";

import { askSystem, readNumbers, readProcess, readSystemFile, type ProcessRow } from "./process-table.ts";

const onLinux = process.platform === "linux";

/** The parents of a process, the nearest first. One small read each. */
export function parentsOf(pid: number): readonly ProcessRow[] {
  const parents: ProcessRow[] = [];
  for (let at = readProcess(pid); at !== null && at.parent > 0 && parents.length < 200;) {
    at = readProcess(at.parent);
    if (at !== null) parents.push(at);
  }
  return parents;
}

/** Whether a process was started with a variable of one of these names that is not empty. Linux only; elsewhere false. */
export function hasVariableNamed(pid: number, names: readonly string[]): boolean {
  if (!onLinux) return false;
  try {
    const text = `\0${readFileSync(`/proc/${pid}/environ`, "utf8")}`;
    return names.some((name) => text.includes(`\0${name}=`) && !text.includes(`\0${name}=\0`));
  } catch {
    return false;
  }
}

/** Working directory and open files of a process, as far as they may be seen. */
export function filesOf(pid: number): readonly string[] {
  if (onLinux) return [linkOf(`/proc/${pid}/cwd`), ...descriptorsOf(pid).map(({ target }) => target)];
  return askSystem("lsof", ["-nP", "-a", "-p", String(pid), "-Fn"])
    .split("\n")
    .filter((line) => line.startsWith("n/"))
    .map((line) => line.slice(1));
}

/** The working directory of a process; "": it cannot be seen. */
export const folderOf = (pid: number): string => (onLinux ? linkOf(`/proc/${pid}/cwd`) : (filesOf(pid)[0] ?? ""));

/** Whether a process works in a folder or below it, as far as they may be seen; true where the system does not tell. */
export function isWorkedIn(folder: string): boolean {
  const folders = onLinux
    ? readNumbers("/proc").map((pid) => linkOf(`/proc/${pid}/cwd`))
    : askSystem("lsof", ["-nP", "-d", "cwd", "-Fn"])
        .split("\n")
        .flatMap((line) => (line.startsWith("n/") ? [line.slice(1)] : []));
  return folders.length === 0 || folders.some((path) => path === folder || path.startsWith(`${folder}/`));
}

function descriptorsOf(pid: number): readonly { readonly number: number; readonly target: string }[] {
  const folder = `/proc/${pid}/fd`;
  return readNumbers(folder).map((number) => ({ number, target: linkOf(`${folder}/${number}`) }));
}

/**
 * Who holds the other end of the terminal of a process: the terminal's program, tmux, sshd, script. Looked for among the
 * nearest of its parents that is on another terminal, then among all processes of this user; empty: nobody is seen to.
 */
export function terminalHolders(of: ProcessRow, parents: readonly ProcessRow[]): readonly number[] {
  const outside = parents.find(({ terminal }) => terminal !== of.terminal);
  const index = terminalIndex(of.terminal);
  if (index === null) return outside === undefined ? [] : [outside.pid];
  if (outside !== undefined && holdsTerminal(outside.pid, index)) return [outside.pid];
  return readNumbers("/proc").filter((pid) => holdsTerminal(pid, index));
}

/** Number of a pseudo-terminal as Linux tells it; null: it is none. */
function terminalIndex(terminal: string | null): number | null {
  if (!onLinux || terminal === null) return null;
  const device = Number(terminal);
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  return major >= 136 && major <= 143 ? (major - 136) * 256 + minor : null;
}

const holdsTerminal = (pid: number, index: number): boolean =>
  descriptorsOf(pid).some(
    ({ number, target }) =>
      target.endsWith("/ptmx") &&
      new RegExp(`^tty-index:\\s*${index}$`, "m").test(readSystemFile(`/proc/${pid}/fdinfo/${number}`)),
  );

/** How long ago a process was started; null: the system does not tell. */
export function ageMs(row: ProcessRow, nowMs: number): number | null {
  if (!onLinux) return nowMs - Date.parse(`${row.started} UTC`);
  const upSeconds = Number(readSystemFile("/proc/uptime").split(" ")[0]);
  return Number.isNaN(upSeconds) ? null : upSeconds * 1000 - Number(row.started) * 10;
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

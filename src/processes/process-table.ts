import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/**
 * What the system says about processes: /proc on Linux, `ps` elsewhere. All reads are snapshots; a process may be gone
 * when the answer is looked at, so whoever acts on a row compares its start time again through the row's identity.
 */
export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Session id; null where the system does not tell. */
  readonly session: number | null;
  /** Its controlling terminal, in the system's own words; null: it has none. */
  readonly terminal: string | null;
  /** Dead but not yet collected by its parent: runs nothing, cannot be signalled. */
  readonly zombie: boolean;
  /** Unique with the pid on one boot: Linux clock ticks since boot, elsewhere the instant of the start, UTC. */
  readonly started: string;
  /** CPU time of the process and of the children it has collected; null where the system does not tell. */
  readonly cpuMs: number | null;
  /** Of its program, cut short; "" where the system does not tell. */
  readonly name: string;
}

/** USER_HZ: what the kernel shows to programs is in hundredths of a second on every Linux Node runs on. */
const msPerTick = 10;

/** The content of /proc/<pid>/stat. The command's name may hold blanks and brackets, so fields count from the last bracket. */
export function parseStat(text: string): ProcessRow | null {
  const begin = text.indexOf("(");
  const end = text.lastIndexOf(")");
  const fields = text.slice(end + 2).split(" ");
  const field = (number: number): string => fields[number - 3] ?? "";
  const pid = Number.parseInt(text, 10);
  const state = field(3);
  if (end < 0 || !Number.isInteger(pid) || state === "" || !/^\d+$/.test(field(22))) return null;
  const ticks = Number(field(14)) + Number(field(15)) + Number(field(16)) + Number(field(17));
  return {
    pid,
    parent: Number(field(4)),
    group: Number(field(5)),
    session: Number(field(6)),
    terminal: field(7) === "0" ? null : field(7),
    zombie: state === "Z" || state === "X",
    started: field(22),
    cpuMs: ticks * msPerTick,
    name: text.slice(begin + 1, end),
  };
}

/** Columns asked of `ps`, in the order parsePs expects. */
const psColumns = "pid=,ppid=,pgid=,stat=,tty=,lstart=";

/** One line of `ps -o pid=,ppid=,pgid=,stat=,tty=,lstart=`. */
export function parsePs(line: string): ProcessRow | null {
  const found = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\S.*?)\s*$/.exec(line);
  if (found === null) return null;
  const [, pid, parent, group, state = "", terminal = "", started = ""] = found;
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    session: null,
    terminal: /^[?-]+$/.test(terminal) ? null : terminal,
    zombie: state.startsWith("Z"),
    started: started.replaceAll(/\s+/g, " "),
    cpuMs: null,
    name: "",
  };
}

/** Runs a small tool of the system; its output, or "" when it is missing or fails. The zone is fixed: times must not move. */
export function askSystem(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, args, {
      encoding: "utf8",
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C", TZ: "UTC0" },
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5_000,
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch {
    return "";
  }
}

/** A small file of the system, trimmed; "" when it cannot be read. */
export function readSystemFile(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

const psTable = (selection: readonly string[]): ProcessRow[] =>
  askSystem("ps", [...selection, "-o", psColumns])
    .split("\n")
    .map(parsePs)
    .filter((row) => row !== null);

/** One process, zombies included; null: there is none, or nobody may say. */
export function readProcess(pid: number): ProcessRow | null {
  if (process.platform === "linux") return parseStat(readSystemFile(`/proc/${pid}/stat`));
  return psTable(["-p", String(pid)])[0] ?? null;
}

/** All processes this user may see. About 15 microseconds a process on Linux, one `ps` elsewhere. */
export function readProcessTable(): readonly ProcessRow[] {
  if (process.platform !== "linux") return psTable(["-ax"]);
  return readNumbers("/proc")
    .map((pid) => parseStat(readSystemFile(`/proc/${pid}/stat`)))
    .filter((row) => row !== null);
}

/** Entries of a folder of /proc that are numbers: pids, descriptors. */
export function readNumbers(folder: string): readonly number[] {
  try {
    return readdirSync(folder).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/**
 * Whether a process was started with this variable, written NAME=value. Linux only, and only for the user's own
 * processes; elsewhere false.
 */
export function hasVariable(pid: number, variable: string): boolean {
  if (process.platform !== "linux") return false;
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "utf8")}`.includes(`\0${variable}\0`);
  } catch {
    return false;
  }
}

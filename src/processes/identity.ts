import { readlinkSync } from "node:fs";
import { hostname } from "node:os";

import type { ProcessRecord } from "../engine/ports/adapter.ts";
import type { OwnerIdentity } from "../engine/ports/leases.ts";
import { askSystem, readProcess, readSystemFile, type ProcessRow } from "./process-table.ts";

const onLinux = process.platform === "linux";

let boot: string | undefined;

/** Names this boot of the machine; "" when the system does not tell. */
function bootId(): string {
  boot ??= onLinux
    ? readSystemFile("/proc/sys/kernel/random/boot_id")
    : askSystem("sysctl", ["-n", "kern.bootsessionuuid"]).trim();
  return boot;
}

/** The start time as it stands in the ledger: it holds the boot too, so that a record never fits a process after a reboot. */
export const startTimeOf = (row: ProcessRow): string => `${row.started}@${bootId()}`;

/** The start of a process as a number that rises with time on one boot; null: of another boot, or not a start time. */
export function startOrder(startTime: string): number | null {
  const at = startTime.lastIndexOf("@");
  if (at < 1 || startTime.slice(at + 1) !== bootId()) return null;
  const started = startTime.slice(0, at);
  const order = /^\d+$/.test(started) ? Number(started) : Date.parse(`${started} UTC`);
  return Number.isNaN(order) ? null : order;
}

/** Opaque and comparable; also of a zombie. Null: no such process, or the system does not tell. */
export function processStartTime(pid: number): string | null {
  const row = readProcess(pid);
  return row === null ? null : startTimeOf(row);
}

/**
 * What became of a process. `unknown`: something has the pid, but who it is cannot be read (another user's process
 * where /proc hides them).
 */
export function lookFor(record: ProcessRecord): "alive" | "dead" | "unknown" {
  const row = readProcess(record.pid);
  if (row !== null) return !row.zombie && startTimeOf(row) === record.startTime ? "alive" : "dead";
  try {
    process.kill(record.pid, 0);
    return "unknown";
  } catch (error) {
    return errorCode(error) === "ESRCH" ? "dead" : "unknown";
  }
}

/** There is a process with this pid that was started then, and it is not a zombie. */
export const isAlive = (record: ProcessRecord): boolean => lookFor(record) === "alive";

/** Whether pids of both mean the same; an unreadable part ("") is equal to nothing. */
export const isReachable = (owner: OwnerIdentity, self: OwnerIdentity): boolean =>
  (["machine", "boot", "pidNamespace"] as const).every((part) => owner[part] !== "" && owner[part] === self[part]);

/** Only where pids of both mean the same may a missing pid speak. */
export const isDeadByPid = (owner: OwnerIdentity, self: OwnerIdentity): boolean =>
  isReachable(owner, self) && lookFor(owner) === "dead";

/** Who this process is. Parts the system does not tell are "". */
export async function readIdentity(): Promise<OwnerIdentity> {
  return {
    machine: machineId(),
    boot: bootId(),
    pidNamespace: onLinux ? readLink("/proc/self/ns/pid") : "one",
    pid: process.pid,
    startTime: processStartTime(process.pid) ?? "",
  };
}

function machineId(): string {
  if (onLinux) {
    const id = readSystemFile("/etc/machine-id") || readSystemFile("/var/lib/dbus/machine-id");
    return /^[0-9a-f]{32}$/.test(id) ? id : hostname();
  }
  const device = askSystem("ioreg", ["-rd1", "-c", "IOPlatformExpertDevice"]);
  return /"IOPlatformUUID" = "([^"]+)"/.exec(device)?.[1] ?? hostname();
}

/** The pid by which /proc knows this process, also where it runs in a pid namespace that /proc is not of. */
export const ownPid = (): number => (onLinux ? Number(readLink("/proc/self")) || process.pid : process.pid);

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** The system's name of an error: ENOENT, ESRCH, ...; "" when it has none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

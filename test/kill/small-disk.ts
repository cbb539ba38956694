import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { onTestFinished } from "vitest";

import { errorCode } from "../../src/processes/identity.ts";
import { endAll, type Place } from "./place.ts";

const apart = ["--user", "--map-root-user", "--mount"] as const;
const tmpfs = ["mount", "-t", "tmpfs", "-o", "size=16m", "none"] as const;

/** Why no small disk can be made here; null: it can. */
export const noSmallDisk: string | null =
  spawnSync("unshare", [...apart, ...tmpfs, "/mnt"]).status === 0 && spawnSync("nsenter", ["--version"]).status === 0
    ? null
    : "this system lets nobody but root mount a small disk";

/** A place of which something lies on a small disk, that only what is started within it sees. Its paths are those from outside. */
export interface SmallPlace extends Place {
  /** Until nothing more can be written. */
  readonly fill: () => void;
  readonly free: () => void;
}

/** Takes over `holding`, folders of a place or "." for all of it. */
export async function ontoSmallDisk(place: Place, holding: readonly string[]): Promise<SmallPlace> {
  const script = [
    `${tmpfs.join(" ")} /mnt`,
    ...holding.flatMap((name, n) => [
      `mkdir -p "$0/${name}" /mnt/${n}`,
      `cp -a "$0/${name}/." /mnt/${n}`,
      `mount --bind /mnt/${n} "$0/${name}"`,
    ]),
    "echo laid",
    "exec sleep 86400",
  ];
  const keeper = spawn("unshare", [...apart, "sh", "-c", script.join(" && "), place.folder], {
    cwd: "/",
    env: { PATH: process.env["PATH"] },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const seen = (path: string): string => `/proc/${keeper.pid}/root${path}`;
  const filler = seen("/mnt/filler");
  const small: SmallPlace = {
    ...place,
    folder: seen(place.folder),
    project: seen(place.project),
    state: seen(place.state),
    within: [
      "nsenter",
      `--target=${keeper.pid}`,
      "--user",
      "--mount",
      "--preserve-credentials",
      "sh",
      "-c",
      'cd "$0" && exec "$@"',
      place.project,
    ],
    fill: () => fill(filler),
    free: () => rmSync(filler),
  };
  onTestFinished(() => {
    endAll(small);
    keeper.kill("SIGKILL");
  });
  await new Promise((resolve) => keeper.stdout.once("data", resolve));
  return small;
}

function fill(path: string): void {
  const file = openSync(path, "a");
  try {
    for (const size of [1 << 20, 4_096, 1]) writeAll(file, Buffer.alloc(size, "x"));
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, block: Buffer): void {
  try {
    while (writeSync(file, block) > 0);
  } catch (error) {
    if (errorCode(error) !== "ENOSPC") throw error;
  }
}

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

import { brand } from "../../domain/brand.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Paths } from "../wiring/paths.ts";
import { writeAtomically } from "../wiring/private-files.ts";

/** The token with which a person decides without a terminal. Only its hash is kept. */
const fileOf = (paths: Paths): string => join(paths.state, "token");

const hashOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** Makes one, in place of the one before. */
export async function makeToken(paths: Paths): Promise<string> {
  const token = `${brand.bin}_${randomBytes(32).toString("base64url")}`;
  await writeAtomically(fileOf(paths), `${hashOf(token).toString("hex")}\n`);
  return token;
}

/** False: there was none. */
export async function removeToken(paths: Paths): Promise<boolean> {
  const had = await hasToken(paths);
  await rm(fileOf(paths), { force: true });
  return had;
}

export const hasToken = async (paths: Paths): Promise<boolean> => (await readHash(paths)) !== null;

export async function isToken(paths: Paths, token: string): Promise<boolean> {
  const hash = await readHash(paths);
  return hash !== null && timingSafeEqual(hash, hashOf(token.trim()));
}

/** The program with the token that a file holds; null: it stays as it is. */
export async function withTokenFile(program: Program, file: string | null): Promise<Program> {
  if (file === null) return program;
  try {
    const token = file === "-" ? await text(program.input()) : await readFile(resolve(program.cwd, file), "utf8");
    return { ...program, token: token.trim() };
  } catch (error) {
    throw new CommandError(`--token-file ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readHash(paths: Paths): Promise<Buffer | null> {
  try {
    const hash = Buffer.from((await readFile(fileOf(paths), "utf8")).trim(), "hex");
    return hash.length === 32 ? hash : null;
  } catch {
    return null;
  }
}

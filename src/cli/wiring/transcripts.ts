import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

import { saidKinds, type Said, type SaidSince } from "../../domain/transcript.ts";
import type { Transcript } from "../../engine/ports/call-files.ts";
import { field } from "./json-field.ts";

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const transcriptFile = "transcript.jsonl";

/** More of one attempt is not kept. */
const mostLetters = 16 * 1024 * 1024;
const flushMs = 100;
/** Of a long one only the end is read. */
const mostRead = 2 * 1024 * 1024;
/** What stands before what an attempt says that is followed anew: all of it is told again. */
const beginning = "begin";

/** Writes what an attempt says into its folder, a line each. Pieces of one text that come together are one line. */
export function openTranscript(folder: string): Transcript {
  let waiting: Said[] = [];
  let letters = 0;
  let file: Promise<FileHandle | null> | null = null;
  let writing = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    timer = null;
    const text = waiting.map((said) => `${JSON.stringify(said)}\n`).join("");
    waiting = [];
    if (text === "") return;
    file ??= openToWrite(join(folder, transcriptFile));
    const opened = file;
    // What cannot be written is not kept: the call goes on.
    writing = writing.then(async () => await (await opened)?.appendFile(text)).catch(() => undefined);
  };
  return {
    say(said) {
      if (letters > mostLetters) return;
      letters += said.text.length;
      const last = waiting.at(-1);
      if (last !== undefined && isSpeech(said) && last.kind === said.kind)
        waiting[waiting.length - 1] = { ...last, text: last.text + said.text };
      else waiting.push(said);
      if (letters > mostLetters)
        waiting.push({ at: said.at, kind: "notice", text: "it says more than is kept: the rest is not here" });
      timer ??= setTimeout(flush, flushMs).unref();
    },
    async end() {
      if (timer !== null) clearTimeout(timer);
      flush();
      await writing;
      await (await file)?.close().catch(() => undefined);
    },
  };
}

const isSpeech = ({ kind }: Said): boolean => kind === "text" || kind === "thinking";

/** Never through a link or into a pipe that somebody has put there. Null: it cannot be written. */
async function openToWrite(path: string): Promise<FileHandle | null> {
  const file = await openPlain(path, O_WRONLY | O_APPEND | O_CREAT);
  if (file === null) return null;
  const { size } = await file.stat();
  // The last line of one that was killed may be without an end.
  if (size > 0) await file.appendFile(`\n${JSON.stringify({ kind: beginning })}\n`);
  return file;
}

async function openPlain(path: string, flags: number): Promise<FileHandle | null> {
  const file = await open(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o600).catch(() => null);
  if (file === null || (await file.stat()).isFile()) return file;
  await file.close();
  return null;
}

const nothing = (from: number): SaidSince => ({ said: [], next: from, anew: false, skipped: false });

/** Nothing is said of what is not there or cannot be read. */
export async function readTranscript(folder: string, from: number): Promise<SaidSince> {
  const file = await openPlain(join(folder, transcriptFile), O_RDONLY).catch(() => null);
  if (file === null) return nothing(from);
  try {
    const { size } = await file.stat();
    if (size <= from) return nothing(from);
    const skipped = size - from > mostRead;
    const first = skipped ? size - mostRead : from;
    const buffer = Buffer.alloc(size - first);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, first);
    const end = bytesRead === 0 ? 0 : buffer.lastIndexOf("\n", bytesRead - 1) + 1;
    const begin = skipped ? buffer.indexOf("\n") + 1 : 0;
    const lines = buffer.toString("utf8", begin, end).split("\n");
    const anewAt = lines.lastIndexOf(JSON.stringify({ kind: beginning }));
    const said = lines.slice(anewAt + 1).flatMap(saidIn);
    return { said, next: first + end, anew: anewAt >= 0 && from > 0, skipped: skipped && anewAt < 0 };
  } catch {
    return nothing(from);
  } finally {
    await file.close();
  }
}

function saidIn(line: string): readonly Said[] {
  if (line === "") return [];
  try {
    const value: unknown = JSON.parse(line);
    const [at, text, tool] = [field(value, "at"), field(value, "text"), field(value, "tool")];
    const kind = saidKinds.find((one) => one === field(value, "kind"));
    if (typeof at !== "number" || typeof text !== "string" || kind === undefined) return [];
    return [{ at, kind, text, ...(typeof tool === "string" ? { tool } : {}) }];
  } catch {
    return [];
  }
}

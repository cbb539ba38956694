import { appendFile, open, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { saidKinds, type Said, type SaidSince } from "../../domain/transcript.ts";
import type { Transcript } from "../../engine/ports/call-files.ts";
import { field } from "./json-field.ts";

const transcriptFile = "transcript.jsonl";

/** More of one attempt is not kept. */
const mostBytes = 16 * 1024 * 1024;
const flushMs = 100;
/** Of a long one only the end is read. */
const mostRead = 2 * 1024 * 1024;

/** Writes what an attempt says into its folder, a line each. Pieces of one text that come together are one line. */
export function openTranscript(folder: string): Transcript {
  const path = join(folder, transcriptFile);
  let waiting: Said[] = [];
  let bytes = 0;
  let writing = writeFile(path, "", { mode: 0o600 });
  let timer: NodeJS.Timeout | null = null;
  const flush = (): void => {
    timer = null;
    const text = lines(waiting);
    waiting = [];
    bytes += Buffer.byteLength(text);
    // What cannot be written is not kept: the call goes on.
    writing = writing.then(() => appendFile(path, text)).catch(() => undefined);
  };
  writing.catch(() => undefined);
  return {
    say(said) {
      if (bytes > mostBytes) return;
      const last = waiting.at(-1);
      if (last !== undefined && isSpeech(said) && last.kind === said.kind)
        waiting[waiting.length - 1] = { ...last, text: last.text + said.text };
      else waiting.push(said);
      timer ??= setTimeout(flush, flushMs).unref();
    },
    async end() {
      if (timer !== null) clearTimeout(timer);
      flush();
      await writing.catch(() => undefined);
    },
  };
}

const isSpeech = ({ kind }: Said): boolean => kind === "text" || kind === "thinking";

const lines = (all: readonly Said[]): string => all.map((said) => `${JSON.stringify(said)}\n`).join("");

const nothing = (from: number): SaidSince => ({ said: [], next: from, anew: false, skipped: false });

/** Nothing is said of what is not there or cannot be read. */
export async function readTranscript(folder: string, from: number): Promise<SaidSince> {
  const file = await open(join(folder, transcriptFile), "r").catch(() => null);
  if (file === null) return nothing(from);
  try {
    const { size } = await file.stat();
    // An attempt that is followed anew tells all again.
    const anew = size < from;
    const start = anew ? 0 : from;
    const skipped = size - start > mostRead;
    const first = skipped ? size - mostRead : start;
    const buffer = Buffer.alloc(size - first);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, first);
    const end = buffer.lastIndexOf("\n", bytesRead - 1) + 1;
    const begin = skipped ? buffer.indexOf("\n") + 1 : 0;
    const said = buffer.toString("utf8", begin, end).split("\n").flatMap(saidIn);
    return { said, next: first + end, anew, skipped };
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

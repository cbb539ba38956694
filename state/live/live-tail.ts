/** How much of a call's text a window can show. */
const tailBytes = 8 * 1024;

export interface LiveTail {
  readonly text: string;
  readonly tool: string | null;
  /** Bytes the call has written so far, those that are gone included. */
  readonly bytes: number;
}

export const noTail: LiveTail = { text: "", tool: null, bytes: 0 };

/** The tail after more text: its last 8 KB, cut between characters. */
export function extendTail(tail: LiveTail, more: string): LiveTail {
  const bytes = tail.bytes + Buffer.byteLength(more);
  return { ...tail, text: lastBytes(tail.text + more), bytes };
}

function lastBytes(text: string): string {
  if (text.length <= tailBytes / 4) return text;
  const buffer = Buffer.from(text);
  if (buffer.length <= tailBytes) return text;
  let start = buffer.length - tailBytes;
  while (((buffer[start] ?? 0) & 0b1100_0000) === 0b1000_0000) start += 1;
  return buffer.toString("utf8", start);
}

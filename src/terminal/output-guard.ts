export type StreamName = "stdout" | "stderr";

/** Told of what was written past the renderer. */
export type StrayListener = (text: string, stream: StreamName) => void;

/** The two streams of a process, as far as the guard changes them. */
export interface GuardedStreams {
  readonly stdout: Pick<NodeJS.WriteStream, "write">;
  readonly stderr: Pick<NodeJS.WriteStream, "write">;
}

type Done = (error?: Error | null) => void;

/**
 * While the screen is up nothing else may write to the terminal: what the program, a library or Node's warnings write to the two
 * streams goes to the listener. Children with inherited streams are not seen. Returns the way to end it.
 */
export function guardOutput(streams: GuardedStreams, onStray: StrayListener): () => void {
  let telling = false;
  const guard = (name: StreamName): (() => void) => {
    const stream = streams[name];
    const own = stream.write;
    const guarded = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      if (!telling && text !== "") {
        telling = true;
        try {
          onStray(text, name);
        } finally {
          telling = false;
        }
      }
      const finished = typeof encoding === "function" ? encoding : done;
      if (finished !== undefined) queueMicrotask(finished);
      return true;
    };
    stream.write = guarded;
    return () => {
      if (stream.write === guarded) stream.write = own;
    };
  };
  const ends = [guard("stdout"), guard("stderr")];
  return () => {
    for (const end of ends) end();
  };
}

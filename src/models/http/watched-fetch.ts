import { request as requestPlain, type IncomingMessage } from "node:http";
import { request as requestSecure } from "node:https";
import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/** More than any answer has; what is longer is no answer but a fault or an attack. */
const mostBytes = 64 * 1024 * 1024;

class TooLong extends Error {
  override readonly name = "TooLong";
  readonly code = "ANSWER_TOO_LONG";
}

/**
 * A `fetch` for models. Unlike the platform's it has no time limits of its own (that one gives up after 300 s without a byte,
 * which a model on this machine may need to read a prompt), and it never follows to another address, as a key would go with
 * it. It tells of each piece that comes, also of those that say nothing and only keep a connection alive, and ends an answer
 * of more than 64 MB. Bodies are text.
 */
export const watchedFetch =
  (onLife: () => void): typeof fetch =>
  async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const { method = "GET", body, signal } = init;
    const headers = new Headers(init.headers);
    headers.set("accept-encoding", "identity");
    // A connection that was kept may be dead by the time of the next request.
    headers.set("connection", "close");
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.protocol === "https:" ? requestSecure : requestPlain;
      const options = { method, headers: Object.fromEntries(headers), ...(signal ? { signal } : {}) };
      send(url, options, resolve)
        .on("error", reject)
        .end(typeof body === "string" ? body : undefined);
    });
    onLife();
    const given = new Headers();
    for (const [name, values] of Object.entries(incoming.headersDistinct))
      for (const value of values ?? []) given.append(name, value);
    const unpack = unpackers.get(given.get("content-encoding")?.toLowerCase() ?? "");
    if (unpack !== undefined) for (const name of ["content-encoding", "content-length"]) given.delete(name);
    incoming.on("data", onLife);
    const status = incoming.statusCode ?? 502;
    const hasBody = ![204, 205, 304].includes(status);
    return new Response(
      hasBody ? bodyOf(unpack === undefined ? incoming : pipeline(incoming, unpack(), () => {})) : null,
      { status, headers: given },
    );
  };

/** Some servers, and what stands before them, pack what they send also where nobody has asked for it. */
const unpackers: ReadonlyMap<string, () => Transform> = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

function bodyOf(incoming: Readable): ReadableStream<Uint8Array> {
  let left = mostBytes;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      incoming.on("data", (piece: Buffer) => {
        left -= piece.byteLength;
        if (left < 0) incoming.destroy(new TooLong(`the answer is longer than ${mostBytes} bytes`));
        else controller.enqueue(new Uint8Array(piece));
        if ((controller.desiredSize ?? 0) <= 0) incoming.pause();
      });
      incoming.on("end", () => controller.close());
      incoming.on("error", (error) => controller.error(error));
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      incoming.destroy();
    },
  });
}

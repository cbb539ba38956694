import { createServer, type ServerResponse } from "node:http";
import { afterAll, beforeAll } from "vitest";

/** What a client sent. */
export interface Sent {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

/** One piece of an answer's body. hang: nothing more comes. cut: the connection breaks. */
export type Piece = string | Buffer | { readonly lets: "hang" | "cut" };

export interface LoopbackReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pieces: readonly Piece[];
}

/** What is asked at one address of the server. */
export interface Place {
  readonly url: string;
  readonly sent: readonly Sent[];
}

export interface Loopback {
  /** An address of its own, whose requests are answered in their order; `next` gets the request's number, from 0. */
  place(next: (request: number, sent: Sent) => LoopbackReply): Place;
}

/** A server of this test file on 127.0.0.1. */
export function loopback(): Loopback {
  const places = new Map<string, { readonly sent: Sent[]; readonly next: (n: number, sent: Sent) => LoopbackReply }>();
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const [, id = "", ...path] = (incoming.url ?? "").split("/");
      const place = places.get(id);
      const text = Buffer.concat(chunks).toString();
      const sent: Sent = {
        path: path.join("/"),
        headers: incoming.headers,
        body: text === "" ? null : JSON.parse(text),
      };
      if (place === undefined) response.writeHead(500).end(`no place ${id}`);
      else void reply(response, place.next(place.sent.push(sent) - 1, sent));
    });
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    place(next) {
      const id = `p${places.size}`;
      const sent: Sent[] = [];
      places.set(id, { sent, next });
      return { url: `http://127.0.0.1:${port}/${id}`, sent };
    },
  };
}

async function reply(response: ServerResponse, { status = 200, headers = {}, pieces }: LoopbackReply): Promise<void> {
  if (typeof pieces[0] === "object" && "lets" in pieces[0] && pieces[0].lets === "cut") {
    response.destroy();
    return;
  }
  const type = status === 200 ? "text/event-stream" : "application/json";
  if (pieces.length > 0 && pieces.every((piece) => typeof piece === "object" && "lets" in piece)) return;
  response.writeHead(status, { "content-type": type, ...headers });
  for (const piece of pieces) {
    if (typeof piece === "object" && "lets" in piece) {
      if (piece.lets === "cut") response.destroy();
      return;
    }
    // Each piece is a chunk that a client sees before the next.
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  response.end();
}

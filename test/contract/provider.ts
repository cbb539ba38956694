import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

import { objectOfLine } from "../../src/models/json-line.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { dialectOf, readRequest, type ModelRequest, type Reply } from "./model-request.ts";
import { bodyOf, eventsOf, opening, sse } from "./wire.ts";

/** One request that was made, and what it was answered. */
export interface Served {
  readonly request: ModelRequest;
  readonly reply: Reply;
}

export interface Provider {
  /** Without a slash at its end. */
  readonly url: string;
  /** All requests so far, in order. */
  readonly served: readonly Served[];
  /** What is answered from now on; `n` counts from 1 since this call. */
  readonly play: (answer: (request: ModelRequest, n: number) => Reply) => void;
  readonly close: () => Promise<void>;
}

/** A provider of models on this machine alone, in all four dialects. */
export async function openProvider(): Promise<Provider> {
  const served: Served[] = [];
  let answer = (_request: ModelRequest, _n: number): Reply => unscripted;
  let sinceBegin = 0;
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(incoming.url ?? "/", "http://localhost").pathname;
    const dialect = dialectOf(path);
    const body = objectOfLine(await bodyOfRequest(incoming));
    if (dialect === null || body === null) {
      response.writeHead(incoming.method === "HEAD" ? 200 : 404, { "content-type": "application/json" }).end("{}");
      return;
    }
    const request = readRequest(dialect, path, body);
    sinceBegin += 1;
    const reply = sinceBegin > mostRequests ? unscripted : answer(request, sinceBegin);
    served.push({ request, reply });
    const n = served.length;
    if (reply.kind === "text" && reply.afterMs !== undefined) await systemClock.wait(reply.afterMs);
    send(response, request, reply, n);
  };
  // Who hangs up in the middle is answered nothing.
  const server = createServer((incoming, response) => void serve(incoming, response).catch(() => response.destroy()));
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    served,
    play: (next) => {
      answer = next;
      sinceBegin = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** In one script; who asks on and on is ended. */
const mostRequests = 100;

const unscripted: Reply = {
  kind: "error",
  status: 400,
  body: { error: { type: "invalid_request_error", message: "nothing is scripted" } },
};

function send(response: ServerResponse, request: ModelRequest, reply: Reply, n: number): void {
  const { dialect } = request;
  const stream = { "content-type": "text/event-stream" };
  switch (reply.kind) {
    case "error":
      response.writeHead(reply.status, { "content-type": "application/json", ...reply.headers });
      response.end(JSON.stringify(reply.body));
      return;
    case "stall":
      response.writeHead(200, stream);
      response.write(opening(dialect, n).map(sse).join("") || ": \n\n");
      return;
    case "broken":
      response.writeHead(200, stream);
      response.end([...opening(dialect, n).slice(0, 1), { event: reply.event, data: reply.data }].map(sse).join(""));
      return;
    case "text":
    case "tool": {
      const answer = reply.kind === "text" ? { text: reply.text } : { call: reply.call };
      if (!request.isStream) {
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(bodyOf(dialect, answer, n)));
        return;
      }
      response.writeHead(200, stream);
      response.write(eventsOf(dialect, answer, n).map(sse).join(""));
      response.end(dialect === "chat" ? "data: [DONE]\n\n" : "");
    }
  }
}

async function bodyOfRequest(incoming: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
    });
  });
}

import { isLoopback } from "../domain/loopback.ts";
import { objectOfLine, objectsIn, textIn, type JsonObject } from "./json-line.ts";

/** A server of models on this machine. `list`: where it names them. */
export interface LocalServer {
  readonly name: string;
  readonly origin: string;
  readonly list: "/api/tags" | "/v1/models";
}

export interface LocalModels {
  readonly server: LocalServer;
  /** Where it speaks like OpenAI's API. */
  readonly baseUrl: string;
  readonly models: readonly string[];
}

/** Where the common ones listen. OLLAMA_HOST moves Ollama, on this machine. */
export function localServers(environment: Readonly<Record<string, string | undefined>>): readonly LocalServer[] {
  const moved = /^(?:http:\/\/)?((?:127\.0\.0\.1|localhost|\[::1\]):\d{1,5})\/?$/.exec(
    environment["OLLAMA_HOST"] ?? "",
  );
  return [
    { name: "Ollama", origin: `http://${moved?.[1] ?? "127.0.0.1:11434"}`, list: "/api/tags" },
    { name: "LM Studio", origin: "http://127.0.0.1:1234", list: "/v1/models" },
    { name: "llama.cpp", origin: "http://127.0.0.1:8080", list: "/v1/models" },
  ];
}

const patienceMs = 300;
const largestBytes = 1024 * 1024;
const mostModels = 100;
/** Neither chats nor writes code. */
const noChat = /embed|rerank|whisper|tts|clip|bge-/i;

/** Asks each server, all at once, which models it has. Who is not there or says something else is left out. */
export async function askLocalServers(servers: readonly LocalServer[]): Promise<readonly LocalModels[]> {
  const answers = await Promise.all(servers.map(async (server) => ({ server, models: await modelsOf(server) })));
  return answers
    .filter(({ models }) => models.length > 0)
    .map(({ server, models }) => ({ server, models, baseUrl: `${server.origin}/v1` }));
}

async function modelsOf({ origin, list }: LocalServer): Promise<readonly string[]> {
  if (!isLoopback(origin)) return [];
  try {
    const response = await fetch(`${origin}${list}`, { signal: AbortSignal.timeout(patienceMs), redirect: "error" });
    const text = response.ok ? await response.text() : "";
    const answer = text.length > largestBytes ? null : objectOfLine(text.replaceAll("\n", " "));
    return answer === null ? [] : idsIn(answer);
  } catch {
    return [];
  }
}

function idsIn(answer: JsonObject): readonly string[] {
  const ids = [...objectsIn(answer["models"]), ...objectsIn(answer["data"])].map(
    (entry) => textIn(entry["model"]) ?? textIn(entry["id"]) ?? textIn(entry["name"]),
  );
  const fit = ids.filter((id) => id !== null).filter((id) => /^[\w./:@+-]{1,200}$/.test(id) && !noChat.test(id));
  return [...new Set(fit)].slice(0, mostModels);
}

/** Whether somebody answers there at all, whatever they say; who is slow may be loading a model, and counts as there. */
export async function isListening(url: string): Promise<boolean> {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(url, { signal: patience, redirect: "manual" });
    await response.body?.cancel();
    return true;
  } catch {
    return patience.aborted;
  }
}

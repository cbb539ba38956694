import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { AskEnd } from "../../domain/ask.ts";
import { asksPlace, type ModelName, type RepositoryId, type RunId } from "../../domain/ids.ts";
import { costSources, totalTokens } from "../../domain/money.ts";
import type { PastAnswer, PastAsk } from "../../domain/past-ask.ts";
import type { EventLog } from "../../engine/ports/event-log.ts";
import { errorText } from "../../view/ask/ask-lines.ts";
import { field } from "./json-field.ts";
import type { Paths } from "./paths.ts";
import { privateFolder, writeAtomically } from "./private-files.ts";

const fileName = "ask.json";
/** So many are looked at, the newest. */
const mostRead = 60;

/** Keeps question and answers beside the calls of an ask, for as long as those are kept. */
export async function keepAsk(
  paths: Paths,
  asked: Pick<PastAsk, "id" | "at" | "question" | "repository">,
  end: AskEnd,
): Promise<void> {
  const answers = [...end.results, ...end.failures].map((one): PastAnswer => {
    const { model, cost, usage, durationMs } = one;
    const said = "text" in one ? { text: one.text, note: null } : { text: null, note: errorText(one) };
    return { model, ...said, cost, tokens: totalTokens(usage), durationMs };
  });
  await privateFolder(paths.run(asked.id));
  await writeAtomically(join(paths.run(asked.id), fileName), `${JSON.stringify({ ...asked, answers })}\n`);
}

/** The newest asks of a repository whose answers are still kept, the last one first. */
export async function readAsks(
  log: Pick<EventLog, "since">,
  paths: Paths,
  repository: RepositoryId,
): Promise<readonly PastAsk[]> {
  const filter = { repository: asksPlace, types: ["ask.ended", "ask.voted"], limit: 2 * mostRead, last: true } as const;
  const events = await log.since(0, filter);
  const best = new Map(events.flatMap((one) => (one.type === "ask.voted" ? [[one.run, one.data.model] as const] : [])));
  const ids = events.flatMap(({ type, run }) => (run === null || type === "ask.voted" ? [] : [run]));
  const read = await Promise.all(
    ids
      .slice(-mostRead)
      .toReversed()
      .map((id) => readAsk(paths, id, best.get(id) ?? null)),
  );
  return read.filter((one) => one !== null).filter((one) => one.repository === repository);
}

async function readAsk(paths: Paths, id: RunId, best: ModelName | null): Promise<PastAsk | null> {
  try {
    const value: unknown = JSON.parse(await readFile(join(paths.run(id), fileName), "utf8"));
    const [at, question, repository] = [field(value, "at"), field(value, "question"), field(value, "repository")];
    const answers: unknown = field(value, "answers");
    if (typeof at !== "number" || typeof question !== "string" || !Array.isArray(answers)) return null;
    return {
      id,
      at,
      question,
      repository: typeof repository === "string" ? repository : null,
      answers: answers.flatMap((one: unknown) => answerIn(one)),
      best,
    };
  } catch {
    return null;
  }
}

function answerIn(value: unknown): readonly PastAnswer[] {
  const [model, text, note] = [field(value, "model"), field(value, "text"), field(value, "note")];
  const [tokens, durationMs, cost] = [field(value, "tokens"), field(value, "durationMs"), field(value, "cost")];
  const [micros, written] = [field(cost, "micros"), field(cost, "source")];
  const source = costSources.find((one) => one === written);
  if (typeof model !== "string" || typeof tokens !== "number" || typeof durationMs !== "number") return [];
  return [
    {
      model,
      text: typeof text === "string" ? text : null,
      note: typeof note === "string" ? note : null,
      cost: { micros: typeof micros === "number" ? micros : null, source: source ?? "unknown" },
      tokens,
      durationMs,
    },
  ];
}

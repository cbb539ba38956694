import type { RecordedEvent } from "../../domain/events.ts";
import type { TaskRoadmap } from "../../domain/roadmap.ts";
import type { StepRow } from "../../domain/rows.ts";
import { unitOfKey } from "../../domain/unit-key.ts";
import { roleWord } from "../log/event-lines.ts";
import { withInstants } from "../text/durations.ts";
import type { WhyRow } from "./why-row.ts";

type Decided = Extract<RecordedEvent, { readonly type: "route.decided" }>;

/** What pieces of work are called. */
interface Named {
  readonly steps?: readonly StepRow[];
  readonly roadmap?: TaskRoadmap;
}

/** One choice, and all pieces of work that it was made for. */
interface Choice {
  readonly work: string;
  readonly says: string;
  readonly places: Set<string>;
  /** Of everybody else what became of it, each thing once. */
  readonly others: Set<string>;
}

/** Who was chosen for which work and why, equal choices together, and below each why everybody else was not. */
export function choiceRows(events: readonly Decided[], named: Named): readonly WhyRow[] {
  const choices = new Map<string, Choice>();
  for (const event of events) {
    const { key, role, chosen, candidates, reason } = event.data;
    const { place, isFix } = pieceOf(key, role, named);
    const work = isFix ? "fix after review" : roleWord[role];
    const why = candidates.find(({ model }) => model === chosen)?.why ?? reason;
    const text = withInstants(why, event.at);
    const says = chosen === null ? `nobody at once, as ${text}` : `${chosen}, ${text}`;
    const id = JSON.stringify([work, says]);
    const choice = choices.get(id) ?? { work, says, places: new Set<string>(), others: new Set<string>() };
    choices.set(id, choice);
    if (place !== null) choice.places.add(place);
    for (const { model, state, why } of candidates)
      if (model !== chosen && !reason.startsWith(`${model}: `))
        choice.others.add(`${otherwise[state](model)}${withInstants(why, event.at)}`);
  }
  return [...choices.values()].flatMap(({ work, places, says, others }) => [
    { indent: 2, text: `${[[...places].join(", "), work].filter((part) => part !== "").join(", ")}: ${says}` },
    ...[...others].map((text) => ({ indent: 6, text })),
  ]);
}

const otherwise: Readonly<Record<Decided["data"]["candidates"][number]["state"], (model: string) => string>> = {
  chosen: (model) => `${model}: `,
  next: (model) => `${model} would be next: `,
  held: (model) => `${model} could not be asked then: `,
  excluded: (model) => `${model} is not asked: `,
};

/** Which part of a task's work a durable key belongs to (null: all of it), and whether it is done again after a review. */
function pieceOf(
  key: string,
  role: Decided["data"]["role"],
  named: Named,
): { readonly place: string | null; readonly isFix: boolean } {
  const plain = key.replace(/^g\d+\//, "");
  const place = placeOf(/^road\/after\/[^/]+/.exec(plain)?.[0] ?? unitOfKey(plain), named);
  return { place, isFix: role === "implementer" && /\/implement\/(?!1(?:\/|$))\d+/.test(plain) };
}

function placeOf(unit: string, { steps = [], roadmap }: Named): string | null {
  const name = unit.slice(unit.lastIndexOf("/") + 1);
  const [, stage, opening] = /^(ST\d+)\.(\d+)$/.exec(name) ?? [];
  if (stage !== undefined) {
    const title = roadmap?.stages.find(({ id }) => id === stage)?.title;
    const what = opening === "1" ? `${stage}${quoted(title)}` : `${stage} opened again`;
    return unit.startsWith("road/") ? `after ${what}` : what;
  }
  const step = steps.find(({ id }) => id === name);
  if (step !== undefined || /^S\d+$/.test(name)) return `${name}${quoted(step?.title)}`;
  return others.find(([start]) => name.startsWith(start))?.[1] ?? null;
}

const quoted = (title: string | undefined): string => (title === undefined ? "" : ` "${title}"`);

/** Work beside the steps of a plan, by what its key begins with. */
const others: readonly (readonly [string, string])[] = [
  ["change-gate", "a change of its own checks"],
  ["change-own", "a change of its own checks"],
  ["change", "the changes that were asked for"],
  ["conflict", "a conflict with other merged work"],
  ["update", "newer work of others"],
  ["fix", "red checks"],
  ["unmet", "what its parts left open"],
  ["split", "its parts"],
  ["whole", "all of it"],
];

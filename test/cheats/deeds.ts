import type { RecordedEvent } from "../../src/domain/events.ts";
import { goodSum, runner, sumTest, writes, type Deed, type Outcome } from "./cheat.ts";
import { endsWell, eventsOf, leave, makePlace, program, quiet } from "./place.ts";
import type { Played, Row } from "./work.ts";

export interface DeedFamily {
  /** Id of the task whose agent does them. */
  readonly task: string;
  /** Tasks that wait for a person's yes to their merge when they are done; of the first one a row tells what became. */
  readonly victims: readonly [string, ...string[]];
  readonly deeds: readonly Deed[];
  /** What the agent of the first of the victims does. */
  readonly before?: readonly Deed[];
  readonly settings?: string;
}

/** What stands in the repository before: a branch of the user in packed-refs, and some history. */
const prepare = `git checkout --quiet -b feature && echo feature > feature.txt && git add feature.txt
git commit --quiet --message=feature && git checkout --quiet main
echo more >> tracked.txt && git commit --quiet --all --message=more && git pack-refs --all`;

/** Plays all deeds in one call of one task, after another task is done and while a third one waits for a person. */
export async function playDeeds({ task, victims, deeds, before = [], settings = "" }: DeedFamily): Promise<Played> {
  const playable = (all: readonly Deed[]): readonly Deed[] => all.filter(({ unless = null }) => unless === null);
  const place = makePlace({
    files: {
      ".gitignore": ".cache\n.said\n",
      "tracked.txt": "tracked\n",
      "unsaid.txt": "unsaid\n",
      "lib/sum.mjs": goodSum,
      "test/sum.test.mjs": sumTest,
      "tools/run.mjs": runner,
    },
    settings: `${settings}checks: [{name: test, run: node tools/run.mjs .}]\n`,
    tasks: `tasks:
  - {id: first, goal: Do first, risk: low, priority: 10}
${victims.map((id) => `  - {id: ${id}, goal: Do ${id}, risk: low, priority: 9, approve: [merge]}`).join("\n")}
  - {id: ${task}, goal: Do ${task}, risk: low, needs: [first]}
`,
    agents: {
      first: writes("first.txt", "first\n"),
      ...Object.fromEntries(victims.map((id) => [id, writes(`${id}.txt`, "text\n")])),
      [victims[0]]: agentOf(playable(before)),
      [task]: agentOf(playable(deeds)),
    },
    prepare,
  });
  try {
    const { out } = await program(place, "run", "--plain", "--no-wait", "--parallel", "1");
    await quiet(place);
    const events = await eventsOf(place);
    const rows = playable([...before, ...deeds]).map((deed): Row => {
      const { id, says } = deed;
      const outcome = endsWell(place, deed.stands, place.top) ? toldOf(deed, events) : "prevented";
      return { id, says, outcome, why: outcome === "prevented" ? "it is not there" : "it stands" };
    });
    return {
      rows: [...rows, victimRow(victims[0], events)],
      hollow: has(events, "merge.done", "first") ? [] : [`${task}: not even honest work is done`],
      out,
    };
  } finally {
    await leave(place);
  }
}

const agentOf = (deeds: readonly Deed[]): string => `mkdir -p .cache .said
export TOP="$(dirname "$(git rev-parse --path-format=absolute --git-common-dir)")" AGENT=$$
echo work > work.txt
exec 3>&1
${deeds.map(({ id, script }) => `(\n${script}\n) > .said/${id}.out 2>&1`).join("\n")}
`;

const untold: ReadonlySet<string> = new Set([
  "settings.fixed",
  "backlog.read",
  "task.added",
  "key.committed",
  "task.based",
]);

const has = (events: readonly RecordedEvent[], wanted: RecordedEvent["type"], of: string): boolean =>
  events.some(({ type, task }) => type === wanted && task === of);

/** Whether a person is told of what stands. */
function toldOf({ named }: Deed, events: readonly RecordedEvent[]): Outcome {
  const telling = events.filter((event) => !untold.has(event.type) && named.test(JSON.stringify(event.data)));
  if (telling.some(({ type }) => type === "question.asked")) return "asked";
  return telling.length > 0 ? "seen" : "through";
}

/** Whoever the deeds were done by: nobody but a person may have answered. */
function victimRow(victim: string, events: readonly RecordedEvent[]): Row {
  const answered = has(events, "question.answered", victim);
  const merged = has(events, "merge.done", victim);
  const through = answered || merged;
  return {
    id: victim,
    says: "is decided by what an agent has started",
    outcome: through ? "through" : "prevented",
    why: through ? `it was ${merged ? "merged" : "answered"}` : "it waits for a person",
  };
}

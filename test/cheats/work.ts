import { join } from "node:path";

import { brand } from "../../src/domain/brand.ts";
import type { RecordedEvent } from "../../src/domain/events.ts";
import {
  brokenSum,
  checkOf,
  folderOf,
  quoted,
  runner,
  subjectFiles,
  writes,
  type Outcome,
  type WorkCheat,
} from "./cheat.ts";
import { asAgent, endsWell, eventsOf, git, leave, makePlace, program, quiet, type Place } from "./place.ts";

/** A row of what `npm run cheats` prints. */
export interface Row {
  readonly id: string;
  readonly says: string;
  readonly outcome: Outcome;
  /** What the ledger says of it, for whom a row surprises. */
  readonly why: string;
}

export interface Played {
  readonly rows: readonly Row[];
  /** Cheats that would win nothing if there were no gate at all: they prove nothing. */
  readonly hollow: readonly string[];
  /** What the run printed. */
  readonly out: string;
}

export interface WorkFamily {
  readonly cheats: readonly WorkCheat[];
  readonly files?: Readonly<Record<string, string>>;
  /** More lines of the settings. */
  readonly settings?: string;
  readonly setup?: string;
}

/** Plays all cheats of a family in one run of one repository, a task each. */
export async function playCheats(family: WorkFamily): Promise<Played> {
  return await inPlace(family, async (place, playable) => {
    const cheats = playable.filter(({ honest }) => honest !== true);
    const hollow = hollowOf(place, cheats, family.setup ?? "true");
    await quiet(place, 0);
    const { out } = await program(place, "run", "--plain", "--no-wait");
    const events = await eventsOf(place);
    const rows = cheats.map(({ id, says }): Row => {
      const own = events.filter(({ task }) => task === id);
      return { id, says, ...(standsBroken(place, id) ? broken : otherwise(own)) };
    });
    return { rows, hollow, out };
  });
}

/** Plays honest changes the same way; what goes through was merged and nobody was asked. */
export async function playChanges(family: WorkFamily): Promise<Played> {
  return await inPlace(family, async (place, changes) => {
    const { out } = await program(place, "run", "--plain", "--no-wait");
    const events = await eventsOf(place);
    const rows = changes.map(({ id, says }): Row => {
      const own = events.filter(({ task }) => task === id);
      const isMerged = own.some(({ type }) => type === "merge.done");
      return { id, says, ...(isMerged ? { outcome: "through", why: "merged" } : otherwise(own)) };
    });
    return { rows, hollow: [], out };
  });
}

async function inPlace(
  { cheats: all, files = {}, settings = "", setup }: WorkFamily,
  play: (place: Place, playable: readonly WorkCheat[]) => Promise<Played>,
): Promise<Played> {
  const playable = all.filter(({ unless = null }) => unless === null);
  const lines = [
    ...(setup === undefined ? [] : [`setup: ${setup}`]),
    "checks:",
    ...playable.map((cheat) => `  - ${checkLine(cheat)}`),
  ];
  const place = makePlace({
    files: {
      "tools/run.mjs": runner,
      ...files,
      ...Object.fromEntries(playable.flatMap((cheat) => Object.entries(subjectFiles(cheat)))),
    },
    settings: `${settings}${lines.join("\n")}\n`,
    tasks: `tasks:\n${playable.map(({ id }) => `  - {id: ${id}, goal: Do ${id}, risk: low, checks: [${id}]}`).join("\n")}\n`,
    agents: Object.fromEntries(playable.map((cheat) => [cheat.id, agentOf(cheat)])),
  });
  try {
    return await play(place, playable);
  } finally {
    await leave(place);
  }
}

const checkLine = (cheat: WorkCheat): string =>
  `{name: ${cheat.id}, run: ${JSON.stringify(checkOf(cheat))}${cheat.more === undefined ? "" : `, ${cheat.more}`}}`;

const agentOf = ({ id, agent, honest }: WorkCheat): string =>
  `cd ${folderOf(id)}\n${honest === true ? "" : writes("lib/sum.mjs", brokenSum)}\n${agent}\n`;

/** Those whose check is red although the agent cheats, or green although it only breaks the module. */
function hollowOf(place: Place, cheats: readonly WorkCheat[], setup: string): readonly string[] {
  git(place, "clone", "--quiet", "--shared", place.top, place.control);
  endsWell(place, setup, place.control);
  return cheats.flatMap((cheat) => {
    const { id } = cheat;
    endsWell(place, writes("lib/sum.mjs", brokenSum), join(place.control, folderOf(id)));
    const brokenIsGreen = endsWell(place, checkOf(cheat), place.control);
    endsWell(place, "git checkout --quiet .", join(place.control, folderOf(id)));
    asAgent(place, id, place.control);
    const wins = endsWell(place, cheat.control ?? checkOf(cheat), place.control);
    return [
      ...(brokenIsGreen ? [`${id}: green without the cheat`] : []),
      ...(wins ? [] : [`${id}: red with the cheat`]),
    ];
  });
}

const broken = { outcome: "through", why: "the broken module is merged" } as const;

/** Whether the broken module stands on the branch of finished work. */
function standsBroken(place: Place, id: string): boolean {
  const show = `git show ${brand.integrationBranch}:${folderOf(id)}/lib/sum.mjs`;
  return endsWell(place, `test "$(${show})" = ${quoted(brokenSum.trim())}`, place.top);
}

/** What became of a task that did not get its work merged unasked. */
function otherwise(own: readonly RecordedEvent[]): Pick<Row, "outcome" | "why"> {
  const red = own.find((event) => event.type === "check.ended" && event.data.result === "fail");
  if (red?.type === "check.ended") return { outcome: "prevented", why: `red: ${red.data.tail}` };
  const asked = own.findLast((event) => event.type === "question.asked");
  if (asked?.type === "question.asked") return { outcome: "asked", why: asked.data.question.text };
  const last = own.findLast((event) => event.type === "task.moved");
  return { outcome: "prevented", why: last?.type === "task.moved" ? last.data.reason : "it did not begin" };
}

import { noUsage } from "../../src/domain/money.ts";
import type { PriceRow } from "../../src/domain/price.ts";
import type { Role } from "../../src/domain/task.ts";
import type { CallEvent, CallSpec, RunningCall } from "../../src/engine/ports/adapter.ts";
import { everyPrompt } from "../prompts/every-prompt.ts";
import { tame, type Outside } from "../prompts/sample.ts";
import type { Figure } from "./figures.ts";
import { modeCosts, type Otherwise } from "./mode-costs.ts";
import { adaptiveTask, modeTasks } from "./mode-tasks.ts";

/** What calls promise: who is asked, what prompts have in common, and what a cache of that saves. By the real engine and prompts. */
export async function mindCalls(): Promise<readonly Figure[]> {
  return [await supervisorCalls(), ...(await equalBeginnings()), await savings()];
}

const stages = 6;

async function supervisorCalls(): Promise<Figure> {
  const details = "What came in is read, kept, told on and shown; a part can be looked at by itself.";
  const { task, scenario } = adaptiveTask({ goal: "Take in orders", details, risk: "medium", steps: stages, found: 0 });
  const { byRole } = await modeCosts("adaptive", [task], scenario);
  const [supervisor = 0, implementer = 0] = [byRole.get("supervisor"), byRole.get("implementer")];
  return {
    what: `calls of a supervisor for a clean task of ${stages} stages`,
    figure: `${supervisor}, and ${implementer} of an implementer`,
    goal: "0",
    met: supervisor === 0 && implementer === stages,
  };
}

/** Plays the ten tasks in a mode and hands over what is called. */
async function playTen(mode: "adaptive" | "three-loop", otherwise: Otherwise): Promise<number> {
  const [ten] = await modeTasks();
  if (ten === undefined) throw new Error("there are no tasks");
  return (await modeCosts(mode, ten.tasks, ten.scenario(mode), otherwise)).savedMicros;
}

async function equalBeginnings(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const mode of ["three-loop", "adaptive"] as const) {
    const specs: CallSpec[] = [];
    await playTen(mode, {
      adapter: (scripted) => ({
        ...scripted,
        start: (spec, onProcess) => {
          specs.push(spec);
          return scripted.start(spec, onProcess);
        },
      }),
    });
    const byRole = Map.groupBy(specs, ({ role }) => role);
    const shares = [...byRole].map(([role, calls]) => [role, leastShared(calls)] as const);
    const least = Math.min(...shares.map(([, share]) => share));
    const told = shares.map(([role, share]) => `${role} ${percent(share)}`).join(", ");
    figures.push({
      what: `any two calls of a role share of the shorter first mark: ${mode}`,
      figure: `${told}; ${specs.length} calls`,
      goal: ">= 90 %",
      met: least >= 0.9 && specs.every(({ marks }) => (marks?.run ?? 0) > 0),
    });
  }
  return [...figures, everyKind()];
}

const other: Outside = {
  goal: "Export users as CSV",
  details: "",
  context: "web/**",
  plan: "Write the header first",
  finding: "A comma in a name is not quoted",
  file: "web/export.ts",
  trouble: "lint: 2 failed",
  diff: "- return rows;",
  words: "Stream it.",
};

/** The prompts that those tasks do not need, too: of supervisors, analysts, parts. Two tasks and three rounds of each. */
function everyKind(): Figure {
  const shares = Object.entries(everyPrompt).map(([name, make]) => {
    const prompts = [1, 2, 3].flatMap((round) => [make(round, tame, null), make(round, other, null)]);
    return [name, leastShared(prompts.map(({ text, marks }) => ({ prompt: text, marks })))] as const;
  });
  const [[name, share] = ["none", 0]] = shares.toSorted(([, a], [, b]) => a - b);
  return {
    what: "  and any two prompts of a kind, other roles' too",
    figure: `${shares.length} kinds; least: ${name} ${percent(share)}`,
    goal: ">= 90 %",
    met: share >= 0.9,
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** Every call beside every other. */
function leastShared(calls: readonly Pick<CallSpec, "prompt" | "marks">[]): number {
  let least = 1;
  for (const [index, one] of calls.entries())
    for (const two of calls.slice(index + 1)) {
      const mark = Math.min(one.marks?.run ?? 0, two.marks?.run ?? 0);
      let end = 0;
      while (end < mark && one.prompt[end] === two.prompt[end]) end += 1;
      least = Math.min(least, mark === 0 ? 0 : end / mark);
    }
  return least;
}

/** USD a million tokens, so micros each. */
const price = { input: 4, output: 20, read: 0.4, write: 5 };
const prices: readonly PriceRow[] = [
  {
    provider: "p",
    model: "m",
    aliases: [],
    from: null,
    above: 0,
    microsPerMillion: {
      input: price.input * 1e6,
      output: price.output * 1e6,
      cacheRead: price.read * 1e6,
      cacheWrite: price.write * 1e6,
      cacheWriteLong: null,
    },
    source: "",
    checked: null,
  },
];

/** What the ledger has as saved, beside what is reckoned here from what each call said. */
async function savings(): Promise<Figure> {
  let [byHand, read, sent] = [0, 0, 0];
  const provider = new KeptBeginnings((usage) => {
    byHand += usage.cacheRead * (price.input - price.read) - usage.cacheWrite * (price.write - price.input);
    read += usage.cacheRead;
    sent += usage.input;
  });
  const saved = await playTen("adaptive", {
    model: { model: "m", provider: "p", billing: "metered" },
    prices,
    adapter: (scripted) => ({
      ...scripted,
      start: (spec, onProcess) => provider.billed(spec, scripted.start(spec, onProcess)),
    }),
  });
  // Each attempt is rounded by itself, to whole millionths of a dollar.
  const apart = Math.abs(saved - byHand);
  return {
    what: "saved by caches over ten tasks, as the ledger has it and by hand",
    figure: `$${usd(saved)} and $${usd(byHand)}; ${percent(read / sent)} of the tokens sent were read from one`,
    goal: "equal",
    met: read > 0 && apart < 0.5 * provider.calls,
  };
}

const usd = (micros: number): string => (micros / 1e6).toFixed(6);

/** A provider that keeps what is before each mark, for each role, and bills as providers do. */
class KeptBeginnings {
  calls = 0;
  readonly #kept = new Set<string>();
  readonly #onUsage: (usage: typeof noUsage) => void;

  constructor(onUsage: (usage: typeof noUsage) => void) {
    this.#onUsage = onUsage;
  }

  billed(spec: CallSpec, call: RunningCall): RunningCall {
    this.calls += 1;
    const { cacheRead, cacheWrite } = this.#use(spec);
    const onUsage = this.#onUsage;
    async function* events(): AsyncGenerator<CallEvent> {
      for await (const event of call) {
        if (event.type !== "usage") {
          yield event;
          continue;
        }
        const usage = { ...event.usage, cacheRead, cacheWrite };
        onUsage(usage);
        yield { ...event, usage };
      }
    }
    return {
      [Symbol.asyncIterator]: events,
      cancel: (reason) => call.cancel(reason),
      respond: (id, decision, message) => call.respond(id, decision, message),
    };
  }

  #use({ role, prompt, marks }: CallSpec): { readonly cacheRead: number; readonly cacheWrite: number } {
    const beginnings = [marks?.run ?? 0, marks?.task ?? 0].map((mark) => beginning(role, prompt.slice(0, mark)));
    const known = beginnings.findLast(({ key }) => this.#kept.has(key))?.tokens ?? 0;
    for (const { key } of beginnings) this.#kept.add(key);
    return { cacheRead: known, cacheWrite: Math.max(0, (beginnings.at(-1)?.tokens ?? 0) - known) };
  }
}

const beginning = (role: Role, text: string) => ({ key: `${role} ${text}`, tokens: Math.floor(text.length / 4) });

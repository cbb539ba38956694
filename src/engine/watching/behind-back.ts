import type { Seen, SeenItem } from "../../domain/seen.ts";
import type { RunId, TaskId } from "../../domain/ids.ts";
import { judgeRef, namesIt, tasksThatAsk, type Ran, type RefOwner } from "../../policy/behind-back.ts";
import type { Difference } from "../ports/watch.ts";
import { AskFirst } from "../waiting/interrupts.ts";
import { digestOf } from "../writing/digest.ts";
import { ownersOf, type OwnerParts, type Owners } from "./ref-owners.ts";
import { ToAsk } from "./to-ask.ts";

export interface BehindBackParts extends OwnerParts {
  readonly run: RunId;
  /** Whether a task is of this run: another takes up no answer now. */
  readonly inScope: (task: TaskId) => boolean;
  /** Throws LeaseLost where the repository is another engine's. */
  readonly assertOwner: () => Promise<void>;
}

/** A call, check or set-up that runs or ran, with what it said it did. */
interface Running extends Ran {
  readonly said: string[];
  over: boolean;
}

/** Of all that a call says it does so much is kept to be searched. */
const mostSaid = 2_000;

/** Looks whenever a call, check or set-up ends, puts back what is ours, tells the rest, and knows which tasks have to ask. */
export class BehindBack {
  readonly #parts: BehindBackParts;
  readonly #running = new Set<Running>();
  readonly #toAsk: ToAsk;
  #moved: { readonly seen: Seen; readonly difference: Difference; by: TaskId | null } | null = null;
  #looking: Promise<void> = Promise.resolve();
  /** Looks that were asked for and have not begun: those who come meanwhile share them. */
  #next: Promise<void> | null = null;
  #nextAtCheckout: Promise<void> | null = null;
  /** What calls said they do since their task looked at the user's checkout last. */
  readonly #said = new Map<TaskId, string[]>();
  #dirty: ReadonlySet<string> = new Set();
  /** By the name of what could not be put back: why. It is tried again at each look, and said once. */
  readonly #faults = new Map<string, string>();

  constructor(parts: BehindBackParts) {
    this.#parts = parts;
    this.#toAsk = new ToAsk(parts.ledger, parts.repository);
  }

  /** Takes up what an earlier engine saw, and sees what happened while none ran. `left`: calls that went on meanwhile. */
  async start(left: readonly Ran[]): Promise<void> {
    const { ledger, repository } = this.#parts;
    for (const event of await ledger.log.since(0, { repository, types: ["watch.seen"] }))
      if (event.type === "watch.seen") await this.#toAsk.add(event.data);
    for (const ran of left) this.#running.add({ ...ran, said: [], over: true });
    this.#dirty = new Set(await this.#parts.watch.dirtyFiles());
    await this.look();
  }

  /** Does a piece of work in which programs run that are not ours; looks when it is over. `saw` is told what they say they do. */
  async during<T>(ran: Ran, work: (saw: (said: string) => void) => Promise<T>): Promise<T> {
    const running: Running = { ...ran, said: [], over: false };
    this.#running.add(running);
    try {
      return await work((said) => {
        if (running.said.length >= mostSaid) return;
        running.said.push(said);
        this.#said.set(ran.task, [...(this.#said.get(ran.task) ?? []), said].slice(-mostSaid));
      });
    } finally {
      running.over = true;
      await this.look();
    }
  }

  /** One look at a time, begun after it was asked for. */
  async look(): Promise<void> {
    this.#next ??= this.#inTurn(() => ((this.#next = null), this.#look()));
    await this.#next;
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#looking.then(work);
    this.#looking = mine.then(
      () => undefined,
      () => undefined,
    );
    return await mine;
  }

  /** Throws AskFirst where the task has something to ask. */
  askFirst(task: TaskId): void {
    const [first] = this.#toAsk.of(task);
    if (first !== undefined) throw new AskFirst(first);
  }

  /** Before anything is built on the integration branch: throws AskFirst where somebody else has moved it. */
  async trust(task: TaskId, branch: string): Promise<void> {
    if (branch !== this.#parts.integration) return;
    await this.look();
    this.askFirst(task);
    if (this.#moved !== null) throw new AskFirst(this.#moved.seen);
  }

  /** Whether somebody else has moved the integration branch, as seen now. */
  async isMoved(): Promise<boolean> {
    await this.look();
    return this.#moved !== null;
  }

  /** Who asks about a moved branch: the first task that comes to it. The others wait for its answer. */
  asksAbout(seen: Seen, task: TaskId): boolean {
    if (this.#moved === null || this.#moved.seen.id !== seen.id) return this.#toAsk.of(task).includes(seen);
    this.#moved.by ??= task;
    return this.#moved.by === task;
  }

  /** Whether the branch still waits for a word, and somebody else asks for it. */
  isAskedElsewhere(seen: Seen, task: TaskId): boolean {
    const moved = this.#moved;
    return moved !== null && moved.seen.id === seen.id && moved.by !== null && moved.by !== task;
  }

  /** Of what was to be put back: sentences on what could not be. */
  faultsOf({ items }: Seen): readonly string[] {
    return items.flatMap(({ name }) => this.#faults.get(name) ?? []);
  }

  /** The task asks no more: another may. */
  giveUp(seen: Seen, task: TaskId): void {
    if (this.#moved?.seen.id === seen.id && this.#moved.by === task) this.#moved.by = null;
  }

  /** `take`: what stands on a moved integration branch counts from now on; else it is put back, and kept. */
  async answered(seen: Seen, task: TaskId, take: boolean, by: string): Promise<void> {
    await this.#inTurn(() => this.#follow(seen, task, take, by));
  }

  async #follow(seen: Seen, task: TaskId, take: boolean, by: string): Promise<void> {
    const moved = this.#moved;
    if (moved === null || moved.seen.id !== seen.id) {
      this.#toAsk.drop(task, seen);
      return;
    }
    const { watch, ledger, repository, run } = this.#parts;
    if (!take && moved.difference.to !== null) await watch.keep(moved.difference.to);
    const fault = take ? null : await this.#putBack(moved.difference);
    if (fault !== null) throw new Error(fault);
    if (take) await watch.settle([moved.difference]);
    this.#moved = null;
    await ledger.log.append({
      repository,
      run,
      events: [{ type: "watch.settled", task, data: { id: seen.id, taken: take, by } }],
    });
  }

  /** Looks at the user's checkout: about what is changed there since the last time the tasks ask whose calls named it. */
  async lookAtCheckout(task: TaskId): Promise<void> {
    this.#nextAtCheckout ??= this.#inTurn(() => ((this.#nextAtCheckout = null), this.#lookAtCheckout()));
    await this.#nextAtCheckout;
    this.#said.delete(task);
    this.askFirst(task);
  }

  async #lookAtCheckout(): Promise<void> {
    const dirty = await this.#parts.watch.dirtyFiles();
    const fresh = dirty.filter((path) => !this.#dirty.has(path));
    this.#dirty = new Set(dirty);
    const named = new Set<string>();
    const asks: TaskId[] = [];
    for (const [task, said] of this.#said) {
      const own = fresh.filter((path) => said.some((text) => text.includes(path)));
      if (own.length > 0) asks.push(task);
      for (const path of own) named.add(path);
    }
    if (asks.length === 0) return;
    const items = [...named].map(
      (name) => ({ kind: "file", name, from: null, to: null, outcome: "told", kept: null }) as const,
    );
    await this.#tell(0, items, [], asks);
  }

  async #look(): Promise<void> {
    const ran = [...this.#running];
    const differences = await this.#parts.watch.look();
    for (const running of ran) if (running.over) this.#running.delete(running);
    if (differences.length === 0) {
      this.#moved = null;
      return;
    }
    await this.#parts.assertOwner();
    const owners = await ownersOf(this.#parts, differences);
    await this.#judge(differences, owners, ran);
  }

  async #judge(differences: readonly Difference[], owners: Owners, ran: readonly Running[]): Promise<void> {
    const { watch } = this.#parts;
    const settled: Difference[] = [];
    const items: SeenItem[] = [];
    const back: Difference[] = [];
    const putBack: RefOwner[] = [];
    let asking: Difference | undefined;
    for (const difference of differences) {
      const { kind, name, from, to } = difference;
      const owner = owners(difference);
      const verdict = kind === "ref" ? judgeRef(owner, difference, ran) : "told";
      const item = { kind, name, from, to, kept: null };
      if (verdict === "own") settled.push(difference);
      else if (verdict === "put_back") {
        back.push(difference);
        putBack.push(owner);
        items.push({ ...item, kept: to === null ? null : await watch.keep(to), outcome: "put_back" });
      } else if (verdict === "take_over") asking = difference;
      else {
        // An agent may have taken away the only name of work that is not merged.
        const lost = owner.kind === "task" && to === null && from !== null && ran.length > 0;
        items.push({ ...item, kept: lost ? await watch.keep(from) : null, outcome: "told" });
        settled.push(difference);
      }
    }
    const asks = putBack.length > 0 ? tasksThatAsk(ran, putBack) : namedBy(items, ran);
    const sinceMs = Math.min(...differences.map((difference) => difference.sinceMs));
    // Told before it is put back: whatever is cut off in between is seen again, and told once.
    if (items.length > 0) await this.#tell(sinceMs, items, ran, asks);
    for (const difference of back) {
      const fault = await this.#putBack(difference);
      // Nothing is built on a branch that cannot be put back.
      if (fault !== null && owners(difference).kind === "integration") asking = difference;
    }
    await watch.settle(settled);
    await this.#askAboutBranch(asking, ran);
  }

  /** An event of its own: it stays the same question whatever else is seen beside it. */
  async #askAboutBranch(difference: Difference | undefined, ran: readonly Running[]): Promise<void> {
    if (difference !== undefined && this.#moved?.difference.to === difference.to) return;
    this.#moved = null;
    if (difference === undefined) return;
    const { kind, name, from, to, sinceMs } = difference;
    const item = { kind, name, from, to, kept: null, outcome: "take_over" } as const;
    const seen = await this.#tell(sinceMs, [item], ran, []);
    this.#moved = { seen, difference, by: await this.#toAsk.askerOf(seen, this.#parts.inScope) };
  }

  /** Returns why it stays as it is, in a sentence; null: it is as it was. */
  async #putBack({ name, ...rest }: Difference): Promise<string | null> {
    const { watch, ledger, repository, run } = this.#parts;
    const fault = await watch.putBack({ name, ...rest });
    if (fault === null) {
      this.#faults.delete(name);
      return null;
    }
    const text = `${name} could not be put back to ${rest.from ?? "nothing"}: ${fault}`;
    if (this.#faults.get(name) !== text)
      await ledger.log.append({ repository, run, events: [{ type: "note", data: { level: "error", text } }] });
    this.#faults.set(name, text);
    return text;
  }

  async #tell(
    sinceMs: number,
    items: readonly SeenItem[],
    ran: readonly Running[],
    asks: readonly TaskId[],
  ): Promise<Seen> {
    const { ledger, repository, run } = this.#parts;
    const names = items.map(({ kind, name, from, to }) => ({ kind, name, from, to }));
    const events = await ledger.log.since(0, { repository, types: ["watch.seen"] });
    const known = events.flatMap((event) => (event.type === "watch.seen" ? [event.data] : []));
    // What is seen in the user's checkout has no such instant: each time it is another thing.
    const what = { names, sinceMs: Math.round(sinceMs), ...(sinceMs === 0 ? { nth: known.length } : {}) };
    const plain = digestOf(what).slice(0, 16);
    const became = items.map(({ outcome }) => outcome);
    // The same change is another question where something else becomes of it: it could not be put back.
    const isOther = known.some(
      (one) => one.id === plain && one.items.some(({ outcome }, index) => outcome !== became[index]),
    );
    const id = isOther ? digestOf({ ...what, became }).slice(0, 16) : plain;
    const told = ran.map(({ task, what }) => ({ task, what }));
    const seen: Seen = { id, sinceMs: Math.round(sinceMs), items, ran: told, asks };
    const first = known.find((one) => one.id === id);
    if (first === undefined) await ledger.log.append({ repository, run, events: [{ type: "watch.seen", data: seen }] });
    // Those ask who ran when it was seen first.
    await this.#toAsk.add(first ?? seen);
    return first ?? seen;
  }
}

/** Of what is not ours only those ask whose agents said that they do something to it. */
function namedBy(items: readonly SeenItem[], ran: readonly Running[]): readonly TaskId[] {
  const named = ran.filter(({ said }) => items.some((item) => said.some((text) => namesIt(text, item))));
  return [...new Set(named.map(({ task }) => task))];
}

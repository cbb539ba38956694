import type { OpenLedger } from "../../../state/open-ledger.ts";
import type { AdapterName } from "../../domain/settings.ts";
import type { CallEvent, ModelAdapter, ProcessRecord, RunningCall } from "../../engine/ports/adapter.ts";
import type { Footprints } from "../../engine/ports/footprints.ts";

/** Keeps in the ledger which processes work for a repository's tasks; null: for none, as those of an ask. */
export const keeperOf = (ledger: OpenLedger, repository: string | null, pidNamespace: string): Footprints => ({
  began: (step) => ledger.footprints.began({ ...step, repository, pidNamespace }),
  ended: (record) => ledger.footprints.ended(record),
});

/** The same adapters, of whose attempts it is kept which process works for whom. */
export const tracedAdapters = (
  adapters: ReadonlyMap<AdapterName, ModelAdapter>,
  keeper: Footprints,
): ReadonlyMap<AdapterName, ModelAdapter> =>
  new Map(
    [...adapters].map(([name, adapter]) => {
      const { capabilities } = adapter;
      return [name, { name: adapter.name, capabilities, start: traced(adapter, keeper) }];
    }),
  );

const traced =
  (adapter: ModelAdapter, keeper: Footprints): ModelAdapter["start"] =>
  (spec, onProcess) => {
    const known: ProcessRecord[] = [];
    const began = async (record: ProcessRecord): Promise<void> => {
      known.push(record);
      await keeper.began({ kind: "call", task: spec.task, workdir: spec.workdir, ...record });
    };
    // An engine that died had kept it too; it may have been seen to end by one that only left it.
    if (spec.start.kind === "adopt") void began(spec.start.process).catch(() => undefined);
    const call = adapter.start(spec, async (record) => {
      await began(record);
      await onProcess(record);
    });
    return endingWith(call, async () => {
      for (const record of known) await keeper.ended(record);
    });
  };

const endingWith = (call: RunningCall, over: () => Promise<void>): RunningCall => ({
  async *[Symbol.asyncIterator](): AsyncGenerator<CallEvent> {
    try {
      yield* call;
    } finally {
      await over();
    }
  },
  cancel: (reason) => call.cancel(reason),
  respond: (id, decision, message) => call.respond(id, decision, message),
});

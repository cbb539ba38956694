import { assert } from "../domain/assert.ts";
import { adapterNames, type AdapterName } from "../domain/settings.ts";
import type { ModelAdapter, RunningCall } from "../engine/ports/adapter.ts";
import type { Random } from "../engine/ports/clock.ts";
import { capabilitiesOf } from "./capabilities.ts";
import type { CommandPorts } from "./command/command.ts";
import type { HttpPorts } from "./http/http-call.ts";
import type { ScriptedPorts } from "./scripted/scripted.ts";
import type { InTurn } from "./tools/check-tool.ts";

export interface AdapterPorts extends CommandPorts, HttpPorts, Omit<ScriptedPorts, "files"> {
  /** For ids of sessions that are chosen before the start. */
  readonly random: Random;
  /** What scripted models touch; the disk where it is not given. */
  readonly files?: ScriptedPorts["files"];
  /** Lets a check of a call wait for its turn among all; not given: it waits for nobody. */
  readonly inTurn?: InTurn;
}

type Load = (ports: AdapterPorts) => Promise<ModelAdapter>;

/** Each is read from the disk by the first call that needs it: most commands start none, a run one or two. */
const providers: Readonly<Record<AdapterName, Load>> = {
  scripted: async (ports) => {
    const [{ createScriptedAdapter }, { realFiles }] = await Promise.all([
      import("./scripted/scripted.ts"),
      import("./scripted/scripted-files.ts"),
    ]);
    return createScriptedAdapter({ files: realFiles, ...ports });
  },
  command: async (ports) => (await import("./command/command.ts")).createCommandAdapter(ports),
  "claude-code": async (ports) => (await import("./claude/claude-code.ts")).createClaudeCodeAdapter(ports),
  codex: async (ports) => (await import("./codex/codex.ts")).createCodexAdapter(ports),
  gemini: async (ports) => (await import("./gemini/gemini.ts")).createGeminiAdapter(ports),
  opencode: async (ports) => (await import("./opencode/opencode.ts")).createOpencodeAdapter(ports),
  acp: async (ports) => (await import("./acp/acp.ts")).createAcpAdapter(ports),
  anthropic: async (ports) => (await import("./http/anthropic.ts")).createAnthropicAdapter(ports),
  openai: async (ports) => (await import("./http/openai.ts")).createOpenaiAdapter(ports),
  google: async (ports) => (await import("./http/google.ts")).createGoogleAdapter(ports),
  "openai-compatible": async (ports) =>
    (await import("./http/openai-compatible.ts")).createOpenaiCompatibleAdapter(ports),
};

/** All that are built. */
export const availableAdapters: readonly AdapterName[] = adapterNames;

/** All adapters. What one can do is known at once. */
export const createAdapters = (ports: AdapterPorts): ReadonlyMap<AdapterName, ModelAdapter> =>
  new Map(adapterNames.map((name) => [name, lazyAdapter(name, () => providers[name](ports))]));

/** An adapter that is loaded by its first call. What could not be read from the disk is tried again by the next. */
export function lazyAdapter(name: AdapterName, load: () => Promise<ModelAdapter>): ModelAdapter {
  let loading: Promise<ModelAdapter> | null = null;
  let loaded: ModelAdapter | null = null;
  const once = async (): Promise<ModelAdapter> => {
    try {
      return (loaded = await (loading ??= load()));
    } finally {
      loading = null;
    }
  };
  return {
    name,
    capabilities: capabilitiesOf[name],
    start: (spec, onProcess) =>
      loaded?.start(spec, onProcess) ?? callOnceThere(once().then((adapter) => adapter.start(spec, onProcess))),
  };
}

function callOnceThere(coming: Promise<RunningCall>): RunningCall {
  let call: RunningCall | null = null;
  // Whoever follows the call is told of a fault.
  coming.then(
    (one) => (call = one),
    () => undefined,
  );
  return {
    async *[Symbol.asyncIterator]() {
      yield* await coming;
    },
    // Of what did not come there is nothing to end.
    cancel: async (reason) => await (await coming.catch(() => null))?.cancel(reason),
    respond: (id, decision, message) => {
      assert(call !== null, `nothing asked for the approval ${id}`);
      call.respond(id, decision, message);
    },
  };
}

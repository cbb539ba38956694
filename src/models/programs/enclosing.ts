import { mkdir } from "node:fs/promises";
import { extname, join } from "node:path";

import type { CallSpec } from "../../engine/ports/adapter.ts";
import { type Enclose, namedPlaces } from "../../processes/enclose.ts";
import { agentCliOf } from "./agent-clis.ts";
import { agentPlaces } from "./agent-places.ts";
import type { CallPaths } from "./call-input.ts";
import type { ProcessCallParts } from "./process-call.ts";

/** Of its own folder an attempt's program writes the temporary files, and what its adapter made for it there. */
export function enclosing(
  ports: { readonly enclose?: Enclose; readonly environment: Readonly<Record<string, string | undefined>> },
  { workdir, folder, model }: Pick<CallSpec, "workdir" | "folder" | "model">,
  { temporary }: Pick<CallPaths, "temporary">,
): Pick<ProcessCallParts, "enclose"> {
  const { enclose } = ports;
  if (enclose === undefined) return {};
  const places = agentPlaces(model.adapter, ports.environment);
  return {
    enclose: async (argv, path) => {
      // As the agent itself would the first time: behind the wall it could not.
      if (agentCliOf(model.adapter) !== null)
        for (const place of places.write) if (extname(place) !== ".json") await mkdir(place, { recursive: true });
      return await enclose({
        workdir,
        temporary,
        visible: [folder, ...namedPlaces(argv)],
        agent: { ...places, write: [...places.write, join(folder, "gemini-home")] },
        path,
        // Without one it would reach no model.
        network: "on",
      });
    },
  };
}

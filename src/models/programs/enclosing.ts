import { mkdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";

import type { AdapterName } from "../../domain/settings.ts";
import type { CallSpec } from "../../engine/ports/adapter.ts";
import { type Enclose, namedPlaces } from "../../processes/enclose.ts";
import { agentCliOf, agentClis } from "./agent-clis.ts";
import { agentPlaces, type Environment } from "./agent-places.ts";
import type { CallPaths } from "./call-input.ts";
import type { ProcessCallParts } from "./process-call.ts";

/** Of a program that may be any agent's: what belongs to the one that it is called like. */
function firstPlaces(adapter: AdapterName, argv: readonly string[], env: Environment): readonly string[] {
  const names = argv.map((part) => basename(part));
  const cli = agentCliOf(adapter) ?? Object.values(agentClis).find(({ program }) => names.includes(program));
  return cli === undefined ? [] : agentPlaces(cli.adapter, env).write;
}

/** Of its own folder an attempt's program writes the temporary files, and what its adapter made for it there. */
export function enclosing(
  ports: { readonly enclose?: Enclose; readonly environment: Environment },
  { workdir, folder, model }: Pick<CallSpec, "workdir" | "folder" | "model">,
  { temporary }: Pick<CallPaths, "temporary">,
): Pick<ProcessCallParts, "enclose"> {
  const { enclose } = ports;
  if (enclose === undefined) return {};
  const places = agentPlaces(model.adapter, ports.environment);
  return {
    enclose: async (argv, path) => {
      // As the agent itself would the first time: behind the wall it could not.
      for (const place of firstPlaces(model.adapter, argv, ports.environment))
        if (extname(place) !== ".json") await mkdir(place, { recursive: true });
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

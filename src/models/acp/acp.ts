import type { CallSpec, ModelAdapter } from "../../engine/ports/adapter.ts";
import { answerRequirements } from "../answer-requirements.ts";
import { capabilitiesOf } from "../capabilities.ts";
import type { CommandPorts } from "../command/command.ts";
import { localMoment } from "../local-moment.ts";
import { opencodePermission } from "../opencode/opencode.ts";
import { agentClis } from "../programs/agent-clis.ts";
import { startAgent, taken, type AgentLaunch } from "../programs/agent-process.ts";
import { callEnvironment } from "../programs/call-environment.ts";
import { callPaths } from "../programs/call-input.ts";
import { AcpClient } from "./acp-lines.ts";

/** Any program that speaks the Agent Client Protocol over its standard input and output. */
export const createAcpAdapter = (ports: CommandPorts): ModelAdapter => ({
  name: "acp",
  capabilities: capabilitiesOf.acp,
  start: (spec, onProcess) => {
    const { prompt, workdir: folder, model, access, permissions, start } = spec;
    const launch = launchOf(ports, spec);
    const { withheld = [] } = launch;
    const given = Object.keys(callEnvironment(spec, callPaths(spec), ports.environment));
    const parser = new AcpClient(answerRequirements(spec), () => localMoment(ports.clock.now()), {
      prompt,
      folder,
      session: start.kind === "fresh" ? null : start.session,
      isAdopted: start.kind === "adopt",
      model: model.model,
      rights: { access, permissions, folder },
      variables: new Set(given.filter((name) => !withheld.includes(name))),
    });
    return startAgent(ports, spec, onProcess, { name: model.name, parser, launch: () => launch });
  },
});

/** Where agents keep what they are logged in with. */
const folders = [
  "XDG_DATA_HOME",
  "XDG_CONFIG_HOME",
  "XDG_STATE_HOME",
  "XDG_CACHE_HOME",
  "CLAUDE_CONFIG_DIR",
  "CODEX_HOME",
  "GEMINI_CLI_HOME",
];

const launchOf = (ports: CommandPorts, spec: CallSpec): AgentLaunch => ({
  args: [],
  env: {
    ...taken(ports.environment, folders),
    // What programs that are known to speak it read; to others it means nothing.
    GEMINI_CLI_TRUST_WORKSPACE: "true",
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_PERMISSION: JSON.stringify(askingPermission(spec)),
  },
  withheld: otherPayers(spec),
});

/** opencode asks for nothing where nobody tells it to. */
const askingPermission = (spec: CallSpec): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(opencodePermission(spec)).map(([tool, rule]) => [
      tool,
      rule === "deny" && spec.access === "write" ? "ask" : rule,
    ]),
  );

/** A key that is not named with the model itself is another's: on a plan it is kept away. */
function otherPayers({ model }: CallSpec): readonly string[] {
  if (model.billing !== "subscription") return [];
  const own = new Set([...model.env.pass, ...Object.keys(model.env.set)]);
  return Object.values(agentClis)
    .flatMap(({ payers }) => payers)
    .filter((name) => !own.has(name));
}

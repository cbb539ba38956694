import type { CallSpec, ModelAdapter } from "../../engine/ports/adapter.ts";
import { answerRequirements } from "../answer-requirements.ts";
import { capabilitiesOf } from "../capabilities.ts";
import type { CommandPorts } from "../command/command.ts";
import { localMoment } from "../local-moment.ts";
import { withLogin } from "../programs/account-login.ts";
import { agentClis } from "../programs/agent-clis.ts";
import { otherPayers, startAgent, taken, type AgentLaunch } from "../programs/agent-process.ts";
import { OpencodeParser } from "./opencode-lines.ts";

/** OpenCode without a screen. It would try again without end on a provider's faults: the first of them ends it. */
export const createOpencodeAdapter = (ports: CommandPorts): ModelAdapter => ({
  name: "opencode",
  capabilities: capabilitiesOf.opencode,
  start: (spec, onProcess) =>
    startAgent(withLogin(ports, spec), spec, onProcess, {
      name: "opencode",
      parser: new OpencodeParser(answerRequirements(spec), () => localMoment(ports.clock.now())),
      launch: () => launch(withLogin(ports, spec), spec),
    }),
});

const folders = ["XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"] as const;

const launch = (ports: CommandPorts, spec: CallSpec): AgentLaunch => ({
  args: opencodeArguments(spec),
  env: {
    ...taken(ports.environment, folders),
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
    OPENCODE_PERMISSION: JSON.stringify(opencodePermission(spec)),
    ...configOf(spec),
  },
  withheld: otherPayers(spec, agentClis.opencode.payers),
});

/** A title of ours, because it would ask a model for one. */
export const opencodeArguments = ({ model, start, key }: CallSpec): readonly string[] => [
  "run",
  "--format",
  "json",
  // What a provider says is on its log alone where it tries again by itself, which it does without end.
  "--print-logs",
  "--log-level=ERROR",
  ...(model.model === null ? [] : ["--model", model.model]),
  ...(start.kind === "resume" ? [`--session=${start.session}`] : [`--title=${key}`]),
];

/** deny instead of ask: a question that nobody answers ends its run, a rule is told to the model, which goes on. */
export function opencodePermission({ access, permissions }: CallSpec): Readonly<Record<string, string>> {
  if (access === "write" && permissions === "full") return { "*": "allow" };
  const edit = access === "write" && permissions === "edits" ? "allow" : "deny";
  return { edit, bash: "deny", external_directory: "deny", doom_loop: "deny" };
}

/** Address and key of the settings, for the provider that stands before the slash of the model's name. */
function configOf({ model }: CallSpec): Readonly<Record<string, string>> {
  const [, provider, name] = /^([^/]+)\/(.+)$/.exec(model.model ?? "") ?? [];
  if (provider === undefined || name === undefined || (model.baseUrl === null && model.keyEnv === null)) return {};
  const options = {
    ...(model.baseUrl === null ? {} : { baseURL: model.baseUrl }),
    ...(model.keyEnv === null ? {} : { apiKey: `{env:${model.keyEnv}}` }),
  };
  const own =
    model.baseUrl === null ? {} : { npm: "@ai-sdk/openai-compatible", name: provider, models: { [name]: {} } };
  return { OPENCODE_CONFIG_CONTENT: JSON.stringify({ provider: { [provider]: { ...own, options } } }) };
}

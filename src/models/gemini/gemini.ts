import { join } from "node:path";

import type { CallSpec, ModelAdapter } from "../../engine/ports/adapter.ts";
import { answerRequirements } from "../answer-requirements.ts";
import { capabilitiesOf } from "../capabilities.ts";
import type { CommandPorts } from "../command/command.ts";
import { localMoment } from "../local-moment.ts";
import { withLogin } from "../programs/account-login.ts";
import { agentClis } from "../programs/agent-clis.ts";
import { keyName, otherPayers, startAgent, taken, type AgentLaunch } from "../programs/agent-process.ts";
import { prepareGeminiHome } from "./gemini-home.ts";
import { GeminiParser } from "./gemini-lines.ts";

/** Gemini CLI without a screen. It asks nobody: what needs a yes is not offered to the model. */
export const createGeminiAdapter = (ports: CommandPorts): ModelAdapter => ({
  name: "gemini",
  capabilities: capabilitiesOf.gemini,
  start: (spec, onProcess) =>
    startAgent(withLogin(ports, spec), spec, onProcess, {
      name: "gemini",
      parser: new GeminiParser(answerRequirements(spec), () => localMoment(ports.clock.now())),
      launch: () => launch(withLogin(ports, spec), spec),
    }),
});

async function launch(ports: CommandPorts, spec: CallSpec): Promise<AgentLaunch> {
  const { environment } = ports;
  const { model } = spec;
  const name = keyName(spec, environment, "GEMINI_API_KEY");
  const key = name === null ? undefined : environment[name];
  const userHome = environment["GEMINI_CLI_HOME"] ?? environment["HOME"];
  const home = join(spec.folder, "gemini-home");
  const auth = key === undefined ? null : "gemini-api-key";
  const isOwn = userHome !== undefined && (await prepareGeminiHome(userHome, home, { auth }));
  return {
    args: geminiArguments(spec),
    env: {
      ...taken(environment, ["GEMINI_CLI_HOME"]),
      ...(isOwn ? { GEMINI_CLI_HOME: home } : {}),
      GEMINI_CLI_TRUST_WORKSPACE: "true",
      ...(key === undefined ? {} : { GEMINI_API_KEY: key }),
      ...(model.baseUrl === null ? {} : { GOOGLE_GEMINI_BASE_URL: model.baseUrl }),
    },
    withheld: otherPayers(spec, agentClis.gemini.payers),
  };
}

export const geminiArguments = (spec: CallSpec): readonly string[] => [
  "--output-format",
  "stream-json",
  "--approval-mode",
  approvalMode(spec),
  ...(spec.model.model === null ? [] : ["--model", spec.model.model]),
  ...(spec.start.kind === "resume" ? [`--resume=${spec.start.session}`] : []),
  ...(spec.start.kind === "fresh" && spec.start.session !== null ? [`--session-id=${spec.start.session}`] : []),
];

function approvalMode({ access, permissions }: CallSpec): string {
  if (access === "read") return "plan";
  return { ask: "default", edits: "auto_edit", full: "yolo" }[permissions];
}

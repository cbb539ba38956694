import { createHash } from "node:crypto";

import { envName } from "../../domain/brand.ts";
import { slotVariables } from "../../domain/slot.ts";
import type { CallSpec } from "../../engine/ports/adapter.ts";
import { buildEnvironment } from "../../processes/environment.ts";
import { othersLogins } from "./account-login.ts";
import type { CallPaths } from "./call-input.ts";

const promptName = envName("PROMPT_FILE");

/**
 * A variable that only the processes of one attempt carry: its folder is its own on this machine, while keys repeat from one
 * repository to the next.
 */
export const markerOf = (paths: CallPaths): string => `${promptName}=${paths.prompt}`;

/**
 * The whole environment of an attempt's process: the inherited few, what the settings pass on and set (those of the model
 * over those of the project), the model's own key, and over all that what the call says of itself.
 */
export function callEnvironment(
  spec: CallSpec,
  paths: CallPaths,
  parent: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const { model, env, start } = spec;
  const key = model.keyEnv === null ? [] : [model.keyEnv];
  const others = othersLogins(model);
  const session = start.kind === "resume" ? { [envName("SESSION")]: start.session } : {};
  return buildEnvironment({
    parent,
    temporary: paths.temporary,
    pass: [...env.pass.filter((name) => !others.has(name)), ...model.env.pass, ...key],
    set: {
      ...Object.fromEntries(Object.entries(env.set).filter(([name]) => !others.has(name))),
      ...model.env.set,
    },
    call: {
      [envName("ROLE")]: spec.role,
      [envName("TASK")]: spec.task,
      [envName("STEP")]: spec.step ?? "",
      ...stageVariables(spec),
      [envName("ROUND")]: String(spec.round),
      [promptName]: paths.prompt,
      [envName("SCHEMA_FILE")]: paths.schema,
      ...slotVariables(spec.slot ?? null),
      [envName("KEY")]: spec.attemptKey,
      [envName("CORRELATION_ID")]: spec.correlation,
      TRACEPARENT: traceParent(spec),
      ...session,
    },
  });
}

/** Only where there is a roadmap. */
const stageVariables = ({ stage }: Pick<CallSpec, "stage">): Readonly<Record<string, string>> =>
  stage === undefined ? {} : { [envName("STAGE")]: stage.id, [envName("OPENING")]: String(stage.opening) };

/** W3C trace context: one trace for all that has one correlation id, one span an attempt. */
function traceParent(spec: Pick<CallSpec, "correlation" | "attemptKey">): string {
  const hex = (text: string, length: number): string =>
    createHash("sha256").update(text).digest("hex").slice(0, length);
  return `00-${hex(spec.correlation, 32)}-${hex(spec.attemptKey, 16)}-01`;
}

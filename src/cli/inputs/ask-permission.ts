import type { SettingsFile } from "../../backlog/settings.ts";
import { brand } from "../../domain/brand.ts";
import type { Problem } from "../../domain/problem.ts";
import type { AdapterName, Settings } from "../../domain/settings.ts";
import { capabilitiesOf } from "../../models/capabilities.ts";

/**
 * `permissions: ask` promises that nothing is changed before a person said yes, which only agents can keep that are able to
 * ask. A problem for each model that may be asked to implement and is not; scripted ones play what they are told.
 */
export function askProblems(settings: Settings, files: readonly SettingsFile[]): readonly Problem[] {
  if (settings.permissions !== "ask") return [];
  const { implementer } = settings.roles;
  const routed = settings.routing.flatMap(({ use }) => use.implementer ?? []);
  const names = new Set([...(implementer ?? settings.models.map(({ name }) => name)), ...routed]);
  const implementers = settings.models.filter(({ name, adapter }) => names.has(name) && adapter !== "scripted");
  const able = implementers.filter(({ adapter }) => canAsk(adapter)).map(({ name }) => name);
  const hint =
    able.length === 0
      ? "permissions: edits lets models change files in their worktree without asking"
      : `name only those that can as roles.implementer: [${able.join(", ")}], or permissions: edits`;
  return implementers
    .filter(({ adapter }) => !canAsk(adapter))
    .map(({ name, adapter }) => ({
      ...placeIn(files),
      code: "cannot_ask",
      message: `permissions: ask needs an agent that can ask a person; ${name} (${adapter}) can not`,
      hint,
    }));
}

function canAsk(adapter: AdapterName): boolean {
  const { approvals, implements: implementing } = capabilitiesOf[adapter];
  return approvals || !implementing;
}

/** Where the permissions stand; the last file that says something about them wins. */
function placeIn(files: readonly SettingsFile[]): Pick<Problem, "file" | "line" | "column"> {
  for (const { file, text } of files.toReversed()) {
    const line = text.split("\n").findIndex((one) => /^\s*permissions\s*:/.test(one));
    if (line >= 0) return { file, line: line + 1, column: (text.split("\n")[line] ?? "").indexOf("permissions") + 1 };
  }
  return { file: files.at(-1)?.file ?? brand.settingsFile, line: 1, column: 1 };
}

import { isAbsolute, relative, resolve } from "node:path";

import type { ApprovalDecision, CallSpec } from "../../engine/ports/adapter.ts";
import { textIn, type JsonObject } from "../json-line.ts";

/** What an agent may do without asking anybody, and where. Folder "": nobody knows. */
export interface AcpRights {
  readonly access: CallSpec["access"];
  readonly permissions: CallSpec["permissions"];
  readonly folder: string;
}

const looks: ReadonlySet<string> = new Set(["read", "search", "think"]);
const changes: ReadonlySet<string> = new Set(["edit", "delete", "move"]);

/** What is answered to a request for permission without a person; null: a person is asked. */
export function ownDecision(
  { kind, paths }: { readonly kind: string; readonly paths: readonly string[] },
  { access, permissions, folder }: AcpRights,
): ApprovalDecision | null {
  const isInside = paths.every((path) => isWithin(folder, path));
  if (looks.has(kind) && isInside) return "allow_once";
  if (access === "read") return "deny";
  if (permissions === "full") return "allow_always";
  // What names no file may be any.
  const mayChange = permissions === "edits" && changes.has(kind) && paths.length > 0 && isInside;
  return mayChange ? "allow_once" : null;
}

function isWithin(folder: string, path: string): boolean {
  if (folder === "") return false;
  const way = relative(folder, resolve(folder, path));
  return !isAbsolute(way) && way !== ".." && !way.startsWith("../");
}

/** A path as it is shown: from the folder of the work. */
export const shownPath = (folder: string, path: string): string =>
  folder !== "" && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;

/** "Always" is kept by us, for what was asked letter by letter: what agents take it for may be every use of a program. */
const kindsOf: Readonly<Record<ApprovalDecision, readonly string[]>> = {
  allow_once: ["allow_once"],
  allow_always: ["allow_once", "allow_always"],
  deny: ["reject_once", "reject_always"],
};

/** The outcome of a request for permission; where the agent offers nothing that fits, the tool is cancelled. */
export function permissionOutcome(
  options: readonly JsonObject[],
  decision: ApprovalDecision,
): { readonly outcome: "cancelled" } | { readonly outcome: "selected"; readonly optionId: unknown } {
  const option = kindsOf[decision]
    .map((kind) => options.find((one) => one["kind"] === kind && textIn(one["optionId"]) !== null))
    .find((one) => one !== undefined);
  return option === undefined ? { outcome: "cancelled" } : { outcome: "selected", optionId: option["optionId"] };
}

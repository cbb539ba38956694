import type { UsedWindow } from "../../domain/account-use.ts";
import { instantIn, objectIn, textIn, type JsonObject } from "../json-line.ts";
import { usedWindow, windowWord } from "../plan-windows.ts";

/** What a rate_limit_event tells of the plan's windows: all of them, or the one it is about. Not each says a share. */
export function claudeWindows(limit: JsonObject | null): readonly UsedWindow[] {
  const about = textIn(limit?.["rateLimitType"]);
  const told = Object.entries(objectIn(limit?.["unifiedWindows"]) ?? (about === null ? {} : { [about]: limit }));
  return told.flatMap(([name, value]) => {
    const window = objectIn(value);
    return usedWindow(windowWord(name), window?.["utilization"], instantIn(window?.["resetsAt"])) ?? [];
  });
}

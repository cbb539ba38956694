import { createHash } from "node:crypto";

import type { Role } from "../domain/task.ts";

/** Names a prompt in every call: equal only where role, version of the words and the whole text are equal. */
export const promptHash = (role: Role, version: string, text: string): string =>
  createHash("sha256").update(`${role}\0${version}\0${text}`).digest("hex");

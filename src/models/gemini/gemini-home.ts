import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { objectIn, objectOfLine, type JsonObject } from "../json-line.ts";

const folderName = ".gemini";
const settingsName = "settings.json";
/** Kept in the user's folder also where they are not there yet: a session is found again by them. */
const shared = ["tmp", "history", "projects.json"] as const;

/**
 * A home of one attempt: the user's own settings with a few of ours over them, and everything else (logins, sessions) by
 * links to the user's folder. The program takes settings that win from root's files alone, so this is the only way to
 * switch its own tries off and to say whose key pays. False: the user's settings cannot be read, and stay as they are.
 */
export async function prepareGeminiHome(
  userHome: string,
  home: string,
  more: { readonly auth: string | null },
): Promise<boolean> {
  const [from, to] = [join(userHome, folderName), join(home, folderName)];
  const given = await settingsIn(from);
  if (given === null) return false;
  await rm(home, { recursive: true, force: true });
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const name of ["tmp", "history"]) await mkdir(join(from, name), { recursive: true, mode: 0o700 });
  const names = new Set([...(await readdir(from)), ...shared]);
  for (const name of names) {
    if (name !== settingsName && !name.endsWith(".tmp")) await symlink(join(from, name), join(to, name));
  }
  await writeFile(join(to, settingsName), `${JSON.stringify(withOurs(given, more.auth), null, 2)}\n`, { mode: 0o600 });
  return true;
}

function withOurs(given: JsonObject, auth: string | null): JsonObject {
  const own = { ...given, general: { ...objectIn(given["general"]), maxAttempts: 1 } };
  if (auth === null) return own;
  const security = objectIn(given["security"]);
  return { ...own, security: { ...security, auth: { ...objectIn(security?.["auth"]), selectedType: auth } } };
}

/** The user's settings, {} where there are none; null: they are no JSON (comments are allowed in them). */
async function settingsIn(folder: string): Promise<JsonObject | null> {
  let text: string;
  try {
    text = await readFile(join(folder, settingsName), "utf8");
  } catch {
    return {};
  }
  return text.trim() === "" ? {} : objectOfLine(text);
}

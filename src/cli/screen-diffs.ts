import { defaultSettings } from "../backlog/settings-defaults.ts";
import { commandWorkspace } from "./engine-parts.ts";
import type { RepositoryGround } from "./ground.ts";

const mostBytes = 2 * 1024 * 1024;
const mostKept = 50;

/** Texts between commits; commits never change, so each is asked of git once. */
export function diffLoader(ground: RepositoryGround): (from: string, to: string) => Promise<string> {
  const texts = new Map<string, Promise<string>>();
  let workspace: ReturnType<typeof commandWorkspace> | null = null;
  const load = async (from: string, to: string): Promise<string> => {
    workspace ??= commandWorkspace(ground, { ...defaultSettings, models: [] });
    return (await (await workspace).history.diff(from, to, mostBytes)).text;
  };
  return async (from, to) => {
    const key = `${from} ${to}`;
    const known = texts.get(key);
    if (known !== undefined) return await known;
    const [oldest] = texts.keys();
    if (texts.size >= mostKept && oldest !== undefined) texts.delete(oldest);
    const text = load(from, to);
    texts.set(key, text);
    // A failure is not kept: the next look may find what was missing.
    text.catch(() => texts.delete(key));
    return await text;
  };
}

import { trailerName } from "../domain/brand.ts";
import type { TaskId } from "../domain/ids.ts";
import { proofs, type TaskProof } from "../domain/proof.ts";
import type { CommitMessage } from "../engine/ports/workspace.ts";

const keyTrailer = trailerName("Key");

const taskTrailer = trailerName("Task");

const proofTrailer = trailerName("Proof");

/** `partly: test, types; without lint`. */
function proofValue({ proof, provenBy, without }: TaskProof): string {
  const by = provenBy.length === 0 ? "" : `: ${provenBy.join(", ")}`;
  return `${proof}${by}${without.length === 0 ? "" : `; without ${without.join(", ")}`}`;
}

/** What `git log` prints of a commit for proofIn. */
export const proofFormat = `--format=%(trailers:key=${proofTrailer},valueonly,separator=%x01)`;

/** What a commit says that proves it; null: it does not say. */
export function proofIn(text: string): TaskProof | null {
  const [, word, by = "", without = ""] = /^(\w+)(?:: ([^;]*))?(?:; without (.*))?$/.exec(text.trim()) ?? [];
  const proof = proofs.find((known) => known === word);
  const names = (list: string): string[] => list.split(", ").filter((name) => name !== "");
  return proof === undefined ? null : { proof, provenBy: names(by), without: names(without) };
}

/**
 * The text of a commit: subject, body, trailers. Text of models stands in the body only; what looks like a trailer there
 * is none, because git reads trailers from the last paragraph.
 */
export function commitText(
  message: Omit<CommitMessage, "task"> & { readonly task: TaskId | null },
  proof: TaskProof | null = null,
): string {
  const trailers: readonly (readonly [string, string])[] = [
    [trailerName("Run"), message.run],
    ...(message.task === null ? [] : [[taskTrailer, message.task] as const]),
    [keyTrailer, message.key],
    ...message.steps.map((step) => [trailerName("Step"), step] as const),
    ...message.models.map((model) => [trailerName("Model"), model] as const),
    ...(proof === null ? [] : [[proofTrailer, proofValue(proof)] as const]),
  ];
  const body = cleanBody(message.body);
  const parts = [
    oneLine(message.subject) || (message.task ?? message.key),
    ...(body === "" ? [] : [body]),
    trailers.map(([name, value]) => `${name}: ${oneLine(value)}`).join("\n"),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** One line of text from outside: no control characters, no line ends. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]+/g, " ")
    .trim()
    .slice(0, 1_000);

const longestBody = 20_000;

const cleanBody = (text: string): string =>
  text
    .slice(0, longestBody)
    .replace(/\r\n?/g, "\n")
    .replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, "")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();

/**
 * What `key` and `task` trailers a commit's text has, as git reads it; null: only git can tell. Of our own texts, and such as
 * people have added trailers to, the last paragraph has nothing else.
 */
export function trailersIn(
  message: string,
): { readonly keys: readonly string[]; readonly tasks: readonly string[] } | null {
  if (!ourTrailer.test(message)) return { keys: [], tasks: [] };
  const paragraphs = message.trim().split(/\n(?:[ \t]*\n)+/);
  const lines = (paragraphs.length > 1 ? paragraphs.at(-1) : undefined)?.split("\n") ?? [];
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^([A-Za-z0-9-]+):[ \t]+(\S(?:.*\S)?)[ \t]*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const];
  });
  if (lines.length === 0 || pairs.length < lines.length) return null;
  const of = (wanted: string): string[] =>
    pairs.flatMap(([name, value]) => (name === wanted.toLowerCase() ? [value] : []));
  return { keys: of(keyTrailer), tasks: of(taskTrailer) };
}

const ourTrailer = new RegExp(`^(?:${keyTrailer}|${taskTrailer})[ \\t]*[:=]`, "im");

/** Arguments of `git log` whose output commitWithKey reads: commits that may carry the key, newest first. */
export const keyLogArgs = (key: string): readonly string[] => [
  "log",
  "--fixed-strings",
  `--grep=${keyTrailer}: ${oneLine(key)}`,
  `--format=%H%x01%(trailers:key=${keyTrailer},valueonly,separator=%x01)%x00`,
];

/** The newest commit of that output that carries exactly this key; null: none. */
export function commitWithKey(output: string, key: string): string | null {
  for (const record of output.split("\0")) {
    const [commit = "", ...keys] = record.trim().split("\x01");
    if (keys.includes(oneLine(key))) return commit;
  }
  return null;
}

/** So many commits back a merge is looked for that the ledger does not know. */
export const lookedBack = 1_000;

/** Arguments of `git log` whose output mergeIn reads: what was merged into a branch, newest first. */
export const taskLogArgs: readonly string[] = [
  "log",
  `--max-count=${lookedBack}`,
  `--format=%H%x01%P%x01%s%x01%(trailers:key=${taskTrailer},valueonly,separator=%x02)%x01%(trailers:key=${keyTrailer},valueonly,separator=%x02)%x00`,
];

/** What that output says of one commit, without its end. */
export function logRecord(
  { id, parents, message }: { readonly id: string; readonly parents: readonly string[]; readonly message: string },
  { keys, tasks }: { readonly keys: readonly string[]; readonly tasks: readonly string[] },
): string {
  const [title = ""] = message.replace(/^\s*\n/, "").split(/\n[ \t]*\n/);
  const subject = title
    .split("\n")
    .map((line) => line.trimEnd())
    .join(" ")
    .trim();
  return [id, parents.join(" "), subject, tasks.join("\x02"), keys.join("\x02")].join("\x01");
}

/** The newest merge of a task in that output; null: none, it was of another goal, or it was undone. */
export function mergeIn(
  output: string,
  task: TaskId,
  goal: string,
): { readonly commit: string; readonly tip: string } | null {
  for (const record of output.split("\0")) {
    const [commit = "", parents = "", subject = "", of = "", key = ""] = record.trim().split("\x01");
    if (of !== oneLine(task)) continue;
    if (key.startsWith("revert/")) return null;
    if (!key.startsWith(`${task}/`) || !key.includes("/main/merge/")) continue;
    const [tip = ""] = parents.split(" ");
    return subject === oneLine(`${task}: ${goal}`) && tip !== "" ? { commit, tip } : null;
  }
  return null;
}

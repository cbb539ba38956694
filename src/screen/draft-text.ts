import type { Draft, LineComment } from "../view/screen/screen-source.ts";

/** A draft as it is kept; what cannot be read any more is no draft. */
export const encodeDraft = (draft: Draft): string => JSON.stringify(draft);

export function decodeDraft(text: string | null): Draft | null {
  if (text === null) return null;
  try {
    const read: unknown = JSON.parse(text);
    const words = field(read, "text");
    const comments = field(read, "comments");
    if (typeof words !== "string") return null;
    const marks = field(read, "marks");
    const viewed = field(read, "viewed");
    return {
      text: words,
      comments: Array.isArray(comments) ? comments.flatMap((one: unknown) => commentOf(one)) : [],
      ...(Array.isArray(marks) ? { marks: marks.filter((one: unknown) => typeof one === "string") } : {}),
      ...(typeof viewed === "object" && viewed !== null ? { viewed: digestsOf(viewed) } : {}),
    };
  } catch {
    return null;
  }
}

function commentOf(value: unknown): readonly LineComment[] {
  const file = field(value, "file");
  const line = field(value, "line");
  const side = field(value, "side");
  const text = field(value, "text");
  if (typeof file !== "string" || typeof line !== "number" || typeof text !== "string") return [];
  return [{ file, line, side: side === "old" ? "old" : "new", text }];
}

const digestsOf = (viewed: object): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(viewed).flatMap(([path, digest]) => (typeof digest === "string" ? [[path, digest]] : [])),
  );

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

import type { ChangeRequest } from "../../domain/question.ts";
import type { LineComment } from "../screen/screen-source.ts";
import { parseDiff, type Diff } from "./diff-lines.ts";

/** A comment of an earlier round, and what became of its line. */
export interface EarlierComment extends LineComment {
  /** resolved: the line has changed since, or is gone. */
  readonly state: "open" | "resolved";
  /** Where the line is now; null: it is no more. */
  readonly now: number | null;
}

const commentLine = /^(.+?):(\d{1,9})( \(removed line\))?: (.*)$/;

/** The comments among the words of a change request, as it was sent; a comment may go on over several lines. */
export function commentsIn(text: string): readonly LineComment[] {
  const comments: LineComment[] = [];
  for (const part of text.split("\n")) {
    const read = commentLine.exec(part);
    const last = comments.at(-1);
    if (read !== null) {
      const [, file = "", line = "", removed, words = ""] = read;
      comments.push({ file, line: Number(line), side: removed === undefined ? "new" : "old", text: words });
    } else if (last !== undefined && part.trim() !== "")
      comments[comments.length - 1] = { ...last, text: `${last.text}\n${part}` };
  }
  return comments;
}

/** The comments of all earlier rounds by what changed since they were made. `since`: the diffs from then to now, by the commit of then. */
export const earlierComments = (
  requests: readonly ChangeRequest[],
  since: Readonly<Record<string, string>>,
): readonly EarlierComment[] => requests.flatMap((request) => ofRound(request, since[request.tip ?? ""] ?? null));

function ofRound({ text }: ChangeRequest, since: string | null): readonly EarlierComment[] {
  const comments = commentsIn(text);
  if (comments.length === 0) return [];
  const diff = since === null ? null : parseDiff(since);
  return comments.map((comment): EarlierComment => {
    if (diff === null || comment.side === "old") return { ...comment, state: "open", now: comment.line };
    const now = lineNow(diff, comment.file, comment.line);
    return { ...comment, now, state: now === null ? "resolved" : "open" };
  });
}

/** Where a line of the old side is on the new one; null: it was changed or removed. */
export function lineNow(diff: Diff, file: string, line: number): number | null {
  const index = diff.files.findIndex(({ path }) => path === file);
  const shown = diff.files[index];
  if (shown === undefined) return line;
  if (shown.status === "D") return null;
  let offset = 0;
  for (let at = shown.at; diff.lines[at]?.file === index; at += 1) {
    const each = diff.lines[at];
    if (each === undefined) break;
    if (each.kind === "removed" && each.old === line) return null;
    if (each.kind === "context" && each.old === line) return each.new;
    if (each.old !== null && each.old > line) break;
    if (each.kind === "added") offset += 1;
    else if (each.kind === "removed") offset -= 1;
  }
  return line + offset;
}

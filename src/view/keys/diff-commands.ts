import { command, type CommandSpec, type KeyContext } from "./command-spec.ts";

const found = ({ finding }: KeyContext): boolean => finding;

/** What keys do while a diff is shown: in the review and in the task's own tab. */
export const diffCommands = {
  "review.comment": command("diff", "Diff", "Comment on this line, sent with the change request", ["c"], {
    hint: "comment",
    when: ({ question }) => question,
  }),
  "diff.next_match": command("diff", "Diff", "Next place where it stands", ["n"], {
    hint: "match",
    label: "n/N",
    when: found,
  }),
  "diff.last_match": command("diff", "Diff", "Place before where it stands", ["N"], { when: found }),
  "review.next_hunk": command("diff", "Diff", "Next hunk", ["n"], {
    hint: "hunk",
    label: "n/N",
    when: (context) => !found(context),
  }),
  "review.last_hunk": command("diff", "Diff", "Hunk before", ["N"], { when: (context) => !found(context) }),
  "review.next_file": command("diff", "Diff", "Next file", ["]"], { hint: "file", label: "]/[" }),
  "review.last_file": command("diff", "Diff", "File before", ["["]),
  "diff.viewed": command("diff", "Diff", "This file is looked at: mark it, go to the next", ["space"], {
    hint: "viewed",
  }),
  "diff.next_note": command("diff", "Diff", "Next finding, red check or comment", ["f"], {
    hint: "finding",
    label: "f/F",
  }),
  "diff.last_note": command("diff", "Diff", "Finding, red check or comment before", ["F"]),
  "diff.find": command("diff", "Diff", "Find in the diff", ["/"], { hint: "find" }),
  "diff.split": command("diff", "Diff", "Old and new side by side, or one under the other", ["v"], { hint: "split" }),
  "diff.wrap": command("diff", "Diff", "Wrap long lines, or scroll them sideways", ["w"], { hint: "wrap" }),
  "diff.right": command("diff", "Diff", "Scroll to the right", [">"]),
  "diff.left": command("diff", "Diff", "Scroll to the left", ["<"]),
  "diff.more": command("diff", "Diff", "More lines around the changes", ["}"]),
  "diff.less": command("diff", "Diff", "Fewer lines around the changes", ["{"]),
  "diff.all": command("diff", "Diff", "The whole files, or the changes only", ["E"]),
  "diff.edit": command("diff", "Diff", "Open this file of the worktree in your own editor", ["e"], {
    when: ({ worktree }) => worktree,
  }),
} satisfies Record<string, CommandSpec>;

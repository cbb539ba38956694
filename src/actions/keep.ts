import { z } from "zod";

import { brand } from "../domain/brand.ts";
import { action } from "./action.ts";
import { flag, needed } from "./fields.ts";
import { checkResult } from "./results/check.ts";
import { doneResult } from "./results/done.ts";
import { notifyResult } from "./results/notice.ts";

/** What looks after the ledger, and what tells of the program itself. */
export const keepActions = {
  clean: action({
    group: "Keep",
    title: "Remove finished worktrees and old runs",
    help: "remove finished worktrees and old runs",
    input: z.strictObject({
      all: flag("also unmerged work of failed tasks, after a yes"),
      force: flag("the yes"),
    }),
    output: doneResult,
    decides: true,
    needs: ["repository"],
    cli: { command: "clean", aliases: ["clean-state"], displays: ["json"] },
  }),
  would_clean: action({
    group: "Keep",
    title: "See what a clean-up would remove",
    help: "only say what would be removed",
    input: z.strictObject({ all: flag("also unmerged work of failed tasks, after a yes") }),
    output: doneResult,
    decides: false,
    needs: ["repository"],
    cli: { command: "clean", by: "dry-run", displays: ["json"] },
  }),
  backup: action({
    group: "Keep",
    title: "Copy the ledger",
    help: "copy the ledger, also while it is in use",
    input: z.strictObject({
      file: needed("the copy; must not exist", "FILE", { positional: true, completes: "file" }),
    }),
    output: doneResult,
    decides: false,
    needs: [],
    cli: { command: "backup", displays: ["json"] },
  }),
  check: action({
    group: "Keep",
    title: "Check the ledger",
    help: "see whether the ledger is whole",
    input: z.strictObject({}),
    output: checkResult,
    decides: false,
    needs: [],
    cli: { command: "check", displays: ["json"] },
  }),
  notify: action({
    group: "Keep",
    title: "See how you are told that something waits",
    help: "how you are told that something waits, and whether that comes through",
    input: z.strictObject({ test: flag("send one notice to each, and say what became of it") }),
    output: notifyResult,
    decides: false,
    needs: [],
    cli: {
      command: "notify",
      displays: ["json"],
      more: ["what to tell, and where: notify in your own settings file (docs/notices.md)"],
    },
  }),
  service_print: action({
    group: "Keep",
    title: "Print a service that keeps the run alive",
    help: "a service that keeps the run of this repository alive after you log out; prints it and enables nothing",
    input: z.strictObject({
      what: needed("print", "print", { positional: true }),
      manager: needed("systemd or launchd", "MANAGER", { positional: true }),
    }),
    output: z.string(),
    decides: false,
    needs: ["repository"],
    cli: { command: "service" },
  }),
  token: action({
    group: "Keep",
    title: "Make a token for decisions without a terminal",
    help: "make the token with which scripts decide, in place of the one before; shown once",
    input: z.strictObject({}),
    output: z.string(),
    decides: true,
    needs: [],
    cli: { command: "token" },
  }),
  remove_token: action({
    group: "Keep",
    title: "Remove the token for decisions without a terminal",
    help: "remove it: without a terminal nobody decides any more",
    input: z.strictObject({}),
    output: doneResult,
    decides: true,
    needs: [],
    cli: { command: "token", by: "remove", displays: ["json"] },
  }),
  completions: action({
    group: "Program",
    title: "Print the completions of a shell",
    help: "print the completions of a shell",
    input: z.strictObject({ shell: needed("bash, zsh or fish", "SHELL", { positional: true }) }),
    output: z.string(),
    decides: false,
    needs: [],
    cli: {
      command: "completions",
      more: [
        `bash: source <(${brand.bin} completions bash)`,
        `zsh:  ${brand.bin} completions zsh > "\${fpath[1]}/_${brand.bin}"`,
        `fish: ${brand.bin} completions fish > ~/.config/fish/completions/${brand.bin}.fish`,
      ],
    },
  }),
  man: action({
    group: "Program",
    title: "Print the manual page",
    help: `print the manual page; ${brand.bin} man | man -l -`,
    input: z.strictObject({}),
    output: z.string(),
    decides: false,
    needs: [],
    cli: { command: "man" },
  }),
};

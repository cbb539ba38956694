import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

import type { SandboxSettings } from "../../src/domain/sandbox.ts";
import type { NewEvent } from "../../src/domain/events.ts";
import type { CheckSettings } from "../../src/domain/settings.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import type { Brought, CommitMessage, Tree, Workspace, WorkspaceOptions } from "../../src/engine/ports/workspace.ts";
import type { Enclose } from "../../src/processes/enclose.ts";
import type { ExclusiveLock } from "../../src/workspace/check-turns.ts";
import { openWorkspace } from "../../src/workspace/workspace.ts";
import { rootVariable } from "../run-root.ts";

/** A real repository with a home of its own, thrown away when the test ends. */
export interface Scratch {
  readonly root: string;
  /** The user's checkout, on main with one commit that has a.txt. */
  readonly project: string;
  readonly worktrees: string;
  readonly environment: Record<string, string>;
  readonly notes: string[];
  readonly events: NewEvent[];
  readonly cache: Map<string, Json>;
  /** Runs git as the user would; returns its output without the last line end. */
  git(cwd: string, ...args: string[]): string;
  open(options?: OpenOptions): Workspace;
}

export interface OpenOptions {
  /** Default: the project. */
  readonly repository?: string;
  readonly worktrees?: string;
  readonly setup?: string;
  readonly setupCache?: { readonly paths: readonly string[]; readonly key: readonly string[] };
  readonly teardown?: string;
  readonly services?: NonNullable<WorkspaceOptions["settings"]["services"]>;
  readonly clock?: Clock;
  readonly exclusive?: ExclusiveLock;
  readonly enclose?: Enclose;
  readonly sandbox?: SandboxSettings;
  readonly env?: WorkspaceOptions["settings"]["env"];
}

/** Waits pass at once. */
export const instantClock = (onWait: () => void = () => undefined): Clock => ({
  now: () => Date.now(),
  wait: async () => onWait(),
});

const gitconfig = "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n";

/** Made once a worker, whose files of tests share it. */
let template: string | null = null;

export function scratch(config = gitconfig): Scratch {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "workspace-test-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const home = join(root, "home");
  const project = join(root, "my project");
  const worktrees = join(root, "state", "worktrees");
  mkdirSync(home);
  writeFileSync(join(home, ".gitconfig"), config);
  const environment = { PATH: process.env["PATH"] ?? "", HOME: home, TZ: "UTC" };
  const asAda = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org" };
  const asUser = { GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.org", GIT_CONFIG_NOSYSTEM: "1" };
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync("git", args, {
      cwd,
      env: { ...environment, ...asAda, ...asUser },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).replace(/\n$/, "");
  if (template === null) {
    template = mkdtempSync(join(process.env[rootVariable] ?? "", "template-"));
    git(template, "init", "-q", "-b", "main", "--template=");
    mkdirSync(join(template, ".git/info"));
    writeFileSync(join(template, "a.txt"), "one\n");
    git(template, "add", ".");
    git(template, "-c", "commit.gpgsign=false", "commit", "-q", "-m", "start");
  }
  cpSync(template, project, { recursive: true, preserveTimestamps: true });

  const notes: string[] = [];
  const events: NewEvent[] = [];
  const cache = new Map<string, Json>();
  const open = (options: OpenOptions = {}): Workspace =>
    openWorkspace(
      {
        repository: options.repository ?? project,
        repositoryId: "r1",
        worktrees: options.worktrees ?? worktrees,
        checksFolder: (run, task) => join(root, "state", "runs", run, "checks", task),
        watchFolder: join(root, "state", "watch"),
        settings: {
          git: {
            base: "main",
            mergeInto: "gandy/integration",
            merge: "squash",
            branchPrefix: "gandy",
            worktrees: null,
          },
          setup: options.setup ?? null,
          ...(options.services === undefined ? {} : { services: options.services }),
          ...(options.setupCache === undefined ? {} : { setupCache: options.setupCache }),
          teardown: options.teardown ?? null,
          env: options.env ?? { pass: [], set: {} },
          ...(options.sandbox === undefined ? {} : { sandbox: options.sandbox }),
        },
      },
      {
        note: (level, text) => notes.push(`${level}: ${text}`),
        record: (event) => events.push(event),
        cache: {
          get: async (key) => cache.get(key) ?? null,
          put: async (key, value) => void cache.set(key, value),
        },
        exclusive: options.exclusive ?? ((work) => work()),
        environment,
        ...(options.enclose === undefined ? {} : { enclose: options.enclose }),
        ...(options.clock === undefined ? {} : { clock: options.clock }),
      },
    );
  return { root, project, worktrees, environment, notes, events, cache, git, open };
}

/** Brings one branch to another as a landing does, without a check. */
export async function landBranch({ history, integration }: Workspace, from: string, into: string): Promise<Brought> {
  const commit = (await history.tip(from)) ?? "";
  const subject = `Merge branch '${from}' into ${into}`;
  return integration.bring({ commit, into, subject, run: "r1", verify: () => Promise.resolve([]) });
}

/** Writes files, with folders; null deletes one. */
export function write(folder: string, files: Readonly<Record<string, string | null>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    if (text === null) {
      rmSync(path, { recursive: true });
      continue;
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

export const read = (...path: string[]): string | null =>
  existsSync(join(...path)) ? readFileSync(join(...path), "utf8") : null;

export const message = (task: string, key: string, more: Partial<CommitMessage> = {}): CommitMessage => ({
  task,
  run: "run1",
  subject: `${task}: do it`,
  body: "",
  key: `${task}/${key}`,
  steps: ["S1"],
  models: ["opus"],
  ...more,
});

/** Enters a task's worktree at the tip of main, or at `commit`. */
export async function enter(own: Scratch, workspace: Workspace, task: string, commit = "main"): Promise<Tree> {
  const at = own.git(own.project, "rev-parse", commit);
  const { tree } = await workspace.trees.enter({
    task,
    branch: `gandy/${task}`,
    commit: at,
    reason: "test",
    keep: false,
  });
  return tree;
}

/** A task that changes files, committed on the tip of `from`. Returns its commit and base. */
export async function doTask(
  own: Scratch,
  workspace: Workspace,
  task: string,
  files: Readonly<Record<string, string | null>>,
  from = "main",
): Promise<{ readonly tree: Tree; readonly commit: string; readonly base: string }> {
  const base = own.git(own.project, "rev-parse", from);
  const tree = await enter(own, workspace, task, base);
  write(tree.path, files);
  const made = await workspace.trees.commit(tree, base, message(task, "g1/main/S1/implement/1"));
  if (made === null) throw new Error(`${task} changed nothing`);
  return { tree, commit: made.commit, base };
}

export const check = (name: string, run: string, more: Partial<CheckSettings> = {}): CheckSettings => ({
  name,
  run,
  timeoutMs: 3_600_000,
  exclusive: false,
  flakyRetries: 0,
  report: null,
  ...more,
});

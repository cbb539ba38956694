import { brand } from "../domain/brand.ts";
import { defaultRoadmap } from "../domain/roadmap-settings.ts";
import type { CheckSettings, EnvSettings, Settings } from "../domain/settings.ts";

const seconds = 1000;
const minutes = 60 * seconds;
const days = 24 * 60 * minutes;

/**
 * What no check judges and a person is asked about: CI, hooks, what agents are told and may start, what git does with files,
 * the backlog and the settings. Tests and all else that checks read are judged by the gate of the base instead.
 */
const protectedGlobs: readonly string[] = [
  "{.github,.gitlab,.circleci,.buildkite,.forgejo,.gitea,.woodpecker,.drone}/**",
  "{.gitlab-ci.yml,azure-pipelines.yml,bitbucket-pipelines.yml,.travis.yml,Jenkinsfile,.cirrus.yml,appveyor.yml}",
  "{.woodpecker.yml,.drone.yml,codemagic.yaml,cloudbuild.yaml}",
  "**/{.husky,.githooks,.hooks}/**",
  "**/{.pre-commit-config.yaml,lefthook.yml,lefthook.yaml,.lefthook.yml,lefthook-local.yml,.overcommit.yml}",
  "**/{.claude,.codex,.gemini,.opencode,.agents,.cursor,.windsurf,.clinerules,.roo,.kiro,.junie,.aider,.qwen}/**",
  "**/{AGENTS.md,AGENTS.override.md,CLAUDE.md,CLAUDE.local.md,GEMINI.md,QWEN.md,CONVENTIONS.md,.cursorrules,.windsurfrules}",
  "**/{.mcp.json,opencode.json,opencode.jsonc,.aider.conf.yml,.geminiignore,.cursorignore}",
  "**/{.gitattributes,.gitmodules}",
  "**/tasks.yaml",
  `**/${brand.settingsFile}`,
  `**/.${brand.bin}/**`,
];

export const noEnv: EnvSettings = { pass: [], set: {} };

/** What a check has beside its name and command where the file does not say. */
export const checkDefaults: Omit<CheckSettings, "name" | "run"> = {
  timeoutMs: 10 * minutes,
  exclusive: false,
  flakyRetries: 0,
  report: null,
};

export const defaultSettings: Settings = {
  models: [],
  roles: {},
  routing: [],
  limits: { parallel: 5, schedule: "ready", perModel: {}, perArea: null, awaitingHuman: 10 },
  timeouts: {
    httpMs: 5 * minutes,
    reviewMs: 10 * minutes,
    implementMs: 45 * minutes,
    startupMs: 60 * seconds,
    idleMs: 5 * minutes,
    approvalMs: 30 * minutes,
  },
  retry: {
    call: { strategy: "exponential", attempts: 3, baseMs: 1 * seconds, capMs: 8 * seconds },
    step: { strategy: "exponential", attempts: 3, baseMs: 10 * seconds, capMs: 60 * seconds },
  },
  breaker: { enabled: true, failures: 5, openForMs: 60 * seconds, successes: 2 },
  budget: {
    callMicros: null,
    taskMicros: null,
    runMicros: null,
    dayMicros: null,
    onLimit: "ask",
    meteredFallback: false,
  },
  prices: [],
  holds: { autoResume: true, maxResumes: 5 },
  review: { rounds: 3, per: null, blockOn: "major", independent: "prefer" },
  roadmap: defaultRoadmap,
  permissions: "edits",
  checks: [],
  protected: protectedGlobs,
  git: {
    base: null,
    mergeInto: brand.integrationBranch,
    merge: "squash",
    branchPrefix: brand.branchPrefix,
    worktrees: null,
  },
  env: noEnv,
  setup: null,
  teardown: null,
  retention: { runs: 20, worktreesMs: 7 * days },
};

import { brand } from "../domain/brand.ts";
import type { CheckSettings, EnvSettings, Settings } from "../domain/settings.ts";
import { testGlobs } from "../domain/test-paths.ts";

const seconds = 1000;
const minutes = 60 * seconds;
const days = 24 * 60 * minutes;

/** Files by which a change could weaken its own gate: tests, manifests, lock files, CI, hooks, the backlog and the settings. */
const protectedGlobs: readonly string[] = [
  ...testGlobs,
  "**/{package.json,deno.json,pyproject.toml,setup.py,setup.cfg,requirements*.txt,Cargo.toml,go.mod,Gemfile,composer.json,pom.xml}",
  "**/{build.gradle,build.gradle.kts,Makefile,CMakeLists.txt,mix.exs,*.csproj,Package.swift}",
  "**/{package-lock.json,npm-shrinkwrap.json,pnpm-lock.yaml,go.sum,*.lock,*.lockb}",
  "{.github,.gitlab,.circleci,.buildkite}/**",
  "{.gitlab-ci.yml,azure-pipelines.yml,bitbucket-pipelines.yml,.travis.yml,Jenkinsfile}",
  "{.husky,.githooks}/**",
  "{.pre-commit-config.yaml,lefthook.yml,lefthook.yaml}",
  "**/tasks.yaml",
  `**/${brand.settingsFile}`,
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

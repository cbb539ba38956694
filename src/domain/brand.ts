/** The product's name. It stands here alone; everything else derives it (tested by test/tidy.test.ts). */
export const brand = {
  name: "Gandy",
  bin: "gandy",
  /** Prefix of environment variables: GANDY_HOME, GANDY_KEY, ... */
  env: "GANDY",
  /** Prefix of git refs that are not branches: snapshots, kept heads. */
  refs: "refs/gandy",
  /** Prefix of commit trailers: Gandy-Run, Gandy-Key, ... */
  trailer: "Gandy",
  /** Default branch prefix and integration branch. */
  branchPrefix: "gandy",
  integrationBranch: "gandy/integration",
  /** Folder below $XDG_STATE_HOME and $XDG_CONFIG_HOME. */
  folder: "gandy",
  settingsFile: "gandy.yaml",
  /** Key in the repository's local git configuration that holds its id. */
  gitConfigKey: "gandy.repository",
} as const;

/** The name of an environment variable of ours: envName("KEY") is "GANDY_KEY". */
export const envName = (name: string): string => `${brand.env}_${name}`;

/** The variable that holds what somebody without a terminal decides with. No child ever has it. */
export const tokenName = envName("TOKEN");

/** What such a token looks like, as the source of a regular expression. */
export const tokenShape = `\\b${brand.bin}_[A-Za-z0-9_-]{43}`;

/** The name of a commit trailer of ours: trailerName("Key") is "Gandy-Key". */
export const trailerName = (name: string): string => `${brand.trailer}-${name}`;

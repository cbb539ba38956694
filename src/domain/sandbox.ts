/** auto: where the system has one. require: nothing is started without one. */
export const sandboxModes = ["auto", "require", "off"] as const;
export type SandboxMode = (typeof sandboxModes)[number];

/** What calls and checks may reach. Paths are absolute, or begin with `~/`. */
export interface SandboxSettings {
  readonly mode: SandboxMode;
  /** off: checks reach no network, not even this machine's. */
  readonly network: "on" | "off";
  /** What they may write beside their worktree. */
  readonly write: readonly string[];
  /** What they may read although it is hidden. */
  readonly read: readonly string[];
}

export const defaultSandbox: SandboxSettings = { mode: "auto", network: "on", write: [], read: [] };

export const sandboxKinds = ["bubblewrap", "seatbelt", "none"] as const;

/** What stood around a program. */
export interface SandboxUse {
  readonly kind: (typeof sandboxKinds)[number];
  /** Why there was none; absent: there was one. */
  readonly why?: string;
}

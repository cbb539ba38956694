import type { ErrorReason, ErrorType, ReportedOutcome } from "./failure.ts";
import type { Json } from "./json.ts";
import type { Usage } from "./money.ts";
import type { Role } from "./task.ts";

/** What scripted models are to do, as a scenario file says it. */
export interface Scenario {
  /** Decides where streamed text is cut; the same seed cuts the same attempt alike. */
  readonly seed: number;
  readonly pace: Pace;
  readonly rules: readonly ScenarioRule[];
}

export interface Pace {
  /** Before the first word. */
  readonly delayMs: number;
  /** A token is four letters. 0: all text at once. */
  readonly tokensPerS: number;
}

/** What holds where a scenario, or a whole scenario, does not say. */
export const defaultPace: Pace = { delayMs: 50, tokensPerS: 200 };

/** The first rule whose `on` fits and that is not used up decides what a call does. */
export interface ScenarioRule {
  /** Fields that are absent fit everything. */
  readonly on: {
    readonly role?: Role | undefined;
    readonly task?: string | undefined;
    readonly step?: string | undefined;
    readonly stage?: string | undefined;
    readonly opening?: number | undefined;
    readonly round?: number | undefined;
    readonly attempt?: number | undefined;
    readonly model?: string | undefined;
  };
  /** How many attempts it may decide; null: any number. */
  readonly n: number | null;
  readonly delayMs: number | null;
  readonly tokensPerS: number | null;
  readonly act: ScenarioAct;
  readonly usage: Usage | null;
  readonly costMicros: number | null;
}

/** `usual`: what a scripted model does without a rule. */
export type ScenarioAct =
  | { readonly kind: "usual" }
  | {
      readonly kind: "written";
      readonly text: string;
      /** Any JSON, right or wrong; undefined: none. */
      readonly answer: Json | undefined;
      readonly edits: readonly ScenarioEdit[];
      readonly end: ScenarioEnd;
    };

export type ScenarioEnd =
  | { readonly kind: "success" }
  | {
      readonly kind: "error";
      readonly type: ErrorType;
      readonly reason: ErrorReason | null;
      readonly message: string;
      readonly retryAfterMs: number | null;
      /** From the end of the call on. */
      readonly resetInMs: number | null;
    }
  /** Ends that are no errors of the provider. */
  | { readonly kind: "outcome"; readonly outcome: ReportedOutcome; readonly message: string }
  | { readonly kind: "crash"; readonly exitCode: number }
  /** Says nothing more until it is ended from outside. */
  | { readonly kind: "hang" };

/** Paths are relative to the working directory and stay in it. */
export type ScenarioEdit =
  | { readonly kind: "write"; readonly path: string; readonly text: string }
  | { readonly kind: "append"; readonly path: string; readonly text: string }
  | { readonly kind: "delete"; readonly path: string };

/** Whether a path leads out of the folder it starts from, names no file in it, or reaches into git's own. Links aside. */
export function escapesFolder(path: string): boolean {
  const parts = path.split("/");
  const isElsewhere = /^[A-Za-z]:|[\\\u0000-\u001f]/.test(path);
  return (
    isElsewhere || parts.some((part) => part === "" || part === "." || part === ".." || part.toLowerCase() === ".git")
  );
}

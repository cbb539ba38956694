import { z } from "zod";

/** What a shell may complete in a place. */
export type Completes = "file" | "folder" | "task" | "model" | "branch" | null;

/** What only a command line needs to know of a field. */
export interface FieldNotes {
  /** What its value is called. */
  readonly value?: string;
  /** Its flag, where that is not its name. */
  readonly flag?: string;
  readonly aliases?: readonly string[];
  readonly short?: string;
  readonly completes?: Completes;
  /** It stands behind the command without a flag. */
  readonly positional?: true;
}

/** The notes of the fields of all actions. */
export const fieldNotes = z.registry<FieldNotes>();

function noted<S extends z.ZodType>(schema: S, help: string, notes: FieldNotes): S {
  const described = schema.describe(help);
  fieldNotes.add(described, notes);
  return described;
}

/** A word or sentence that may be left out. */
export const text = (help: string, value: string, notes: FieldNotes = {}) =>
  noted(z.string().min(1).optional(), help, { value, ...notes });

/** A word or sentence that must be given. */
export const needed = (help: string, value: string, notes: FieldNotes = {}) =>
  noted(z.string().min(1), help, { value, ...notes });

export const flag = (help: string, notes: FieldNotes = {}) => noted(z.boolean().default(false), help, notes);

/** Several words; on a command line also parted by commas. */
export const list = (help: string, value: string, notes: FieldNotes = {}) =>
  noted(z.array(z.string().min(1)).readonly().default([]), help, { value, ...notes });

/** A whole number from 1. */
export const count = (help: string, value: string, notes: FieldNotes = {}) =>
  noted(z.int().min(1).optional(), help, { value, ...notes });

/** One of these words. */
export const choice = <const W extends readonly string[]>(words: W, help: string, value: string) =>
  noted(z.enum(words).optional(), help, { value });

/** Some of these words. */
export const choices = <const W extends readonly string[]>(words: W, help: string, value: string) =>
  noted(z.array(z.enum(words)).readonly().default([]), help, { value });

/** The task an action is about. */
export const task = needed("a task", "ID", { positional: true, completes: "task" });
export const model = needed("a model, an account or a provider", "MODEL", { positional: true, completes: "model" });
export const file = text("the backlog; default tasks.yaml", "FILE", { positional: true, completes: "file" });
export const message = text("words that go with a no", "TEXT");

/** Of every action that runs or sends what a repository names. */
export const trust = flag("trust what this repository starts and sends, without being asked");

/** What every way to start a run may say of it. */
export const runFields = {
  trust,
  parallel: count("tasks at once", "N"),
  noWait: flag("end at a hold, or a breaker open for over a minute, instead of waiting for it"),
  yesTo: choices(["plan", "merge"], "approve plans or merges without asking", "KINDS"),
};

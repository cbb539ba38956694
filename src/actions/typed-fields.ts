import { z } from "zod";

import type { ActionSpec } from "./action.ts";
import { fieldNotes, type FieldNotes } from "./fields.ts";

/** One field of an action as it is typed. */
export interface TypedField {
  /** In the action's input. */
  readonly name: string;
  /** Without its dashes; of a positional the name it goes by. */
  readonly flag: string;
  readonly kind: "switch" | "word" | "words" | "number";
  readonly required: boolean;
  readonly choices: readonly string[] | null;
  readonly notes: FieldNotes;
  readonly help: string;
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** What is behind "may be left out" and defaults. */
function innerOf(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod;
  return "innerType" in def && isSchema(def.innerType) ? innerOf(def.innerType) : schema;
}

const isSchema = (value: unknown): value is z.core.$ZodType =>
  typeof value === "object" && value !== null && "_zod" in value;

const wordsOf = (schema: z.core.$ZodType): readonly string[] | null => {
  const { def } = schema._zod;
  return "entries" in def && typeof def.entries === "object" && def.entries !== null
    ? Object.values(def.entries)
    : null;
};

function kindOf(schema: z.core.$ZodType): TypedField["kind"] {
  const { type } = schema._zod.def;
  return type === "boolean" ? "switch" : type === "array" ? "words" : type === "number" ? "number" : "word";
}

/** The fields of an action's input, in their order. */
export function fieldsOf(spec: ActionSpec): readonly TypedField[] {
  const { shape }: { readonly shape: Readonly<Record<string, z.core.$ZodType>> } = spec.input;
  return Object.entries(shape).map(([name, schema]) => {
    const inner = innerOf(schema);
    const { def } = inner._zod;
    const element = "element" in def && isSchema(def.element) ? innerOf(def.element) : inner;
    const notes = fieldNotes.get(schema) ?? {};
    return {
      name,
      flag: notes.flag ?? kebab(name),
      kind: kindOf(inner),
      required: inner === schema,
      choices: wordsOf(element),
      notes,
      help: z.globalRegistry.get(schema)?.description ?? "",
    };
  });
}

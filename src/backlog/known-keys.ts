import { z } from "zod";

import { child, type Located, type Path } from "./located.ts";

/** The keys a schema allows at a path of this data, in the order of the schema. */
export function knownKeys(schema: z.core.$ZodType, root: Located, path: Path): string[] {
  let [schemas, node] = [alternatives(schema, root), root as Located | undefined];
  for (const key of path) {
    const below: Located | undefined = step(node, key);
    schemas = schemas.flatMap((one) => {
      const next = inner(one, key);
      return next === null ? [] : alternatives(next, below);
    });
    node = below;
  }
  return [...new Set(schemas.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])))];
}

function step(node: Located | undefined, key: PropertyKey): Located | undefined {
  return node?.kind === "list" ? node.items[Number(key)] : child(node, String(key));
}

/** What a schema may stand for: optional ones opened, unions narrowed by the word that tells their options apart. */
function alternatives(schema: z.core.$ZodType, node: Located | undefined): z.core.$ZodType[] {
  if (schema instanceof z.ZodOptional) return alternatives(schema.unwrap(), node);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const key = schema.def.discriminator;
    const given = child(node, key);
    const value = given?.kind === "scalar" ? given.value : undefined;
    const fitting = schema.options.filter(
      (option) => option instanceof z.ZodObject && z.safeParse(option.shape[key], value).success,
    );
    return [...(fitting.length === 0 ? schema.options : fitting)];
  }
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => alternatives(option, node));
  return [schema];
}

function inner(schema: z.core.$ZodType, key: PropertyKey): z.core.$ZodType | null {
  if (schema instanceof z.ZodObject) {
    const shape: z.core.$ZodShape = schema.shape;
    return shape[String(key)] ?? null;
  }
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  return null;
}

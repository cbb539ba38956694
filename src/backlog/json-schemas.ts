import { z } from "zod";

import { settingsSchema } from "./settings-schema.ts";
import { tasksSchema } from "./tasks-schema.ts";

/** JSON Schemas (draft 7, which editors read) of the two files, as they stand in schemas/: text that ends in a newline. */
export const tasksJsonSchema = (): string => jsonSchema(tasksSchema, "Backlog");
export const settingsJsonSchema = (): string => jsonSchema(settingsSchema, "Settings");

function jsonSchema(schema: z.ZodType, title: string): string {
  const body = z.toJSONSchema(schema.meta({ title }), { target: "draft-7", unrepresentable: "any" });
  return `${JSON.stringify(body, null, 2)}\n`;
}

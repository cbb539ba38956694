import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import { parseBacklog } from "../../src/backlog/backlog.ts";
import { settingsJsonSchema, tasksJsonSchema } from "../../src/backlog/json-schemas.ts";
import { tasksSchema } from "../../src/backlog/tasks-schema.ts";

const folder = join(import.meta.dirname, "../../schemas");

describe("the JSON Schemas", () => {
  /** When the format changes on purpose: vitest run test/backlog/json-schemas.test.ts --update */
  test("in schemas/ are those of the parser", async () => {
    await expect(tasksJsonSchema()).toMatchFileSnapshot(join(folder, "tasks.schema.json"));
    await expect(settingsJsonSchema()).toMatchFileSnapshot(join(folder, "settings.schema.json"));
  });

  test("say the same of an id as the parser", () => {
    const schema = z.fromJSONSchema(z.toJSONSchema(tasksSchema, { target: "draft-7", unrepresentable: "any" }));
    for (const id of ["A", "a.b-c_d", "a..b", "a.lock", "a.", "-a", "a b", "", "a".repeat(65)]) {
      const data = { tasks: [{ id, goal: "g" }] };
      const parsed = parseBacklog({ file: "f", text: JSON.stringify(data), settings: null });
      expect([id, schema.safeParse(data).success]).toEqual([id, parsed.problems.length === 0]);
    }
  });
});

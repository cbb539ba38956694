import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";

/** Compares a text with the file of that name beside this one; with UPDATE_GOLDEN=1 it is written anew. */
export function expectGolden(name: string, text: string): void {
  const file = join(import.meta.dirname, `${name}.txt`);
  const whole = `${text.replaceAll(/[ ]+$/gm, "")}\n`;
  if (process.env["UPDATE_GOLDEN"] === "1") {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, whole);
  }
  expect(whole).toBe(existsSync(file) ? readFileSync(file, "utf8") : "(no golden file yet: run with UPDATE_GOLDEN=1)");
}

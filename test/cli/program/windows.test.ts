import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const door = join(import.meta.dirname, "..", "..", "..", "src", "main.ts");
const asWindows = 'data:text/javascript,Object.defineProperty(process,"platform",{value:"win32"})';

test("on Windows itself one sentence says what to do, and nothing is loaded", async () => {
  const { code, err } = await new Promise<{ code: unknown; err: string }>((resolve) => {
    execFile(process.execPath, ["--import", asWindows, door, "run"], (error, _out, stderr) =>
      resolve({ code: error?.code, err: stderr }),
    );
  });
  expect(code).toBe(2);
  expect(err).toMatch(/^[^\n]*WSL2[^\n]*\n$/);
});

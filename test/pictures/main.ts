import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import xterm from "@xterm/headless";

import { brand } from "../../src/domain/brand.ts";
import { noPty, Pty } from "../pty/pty.ts";
import { svgOf } from "./svg.ts";

/** Takes the pictures of the README: the real demo in a real terminal, whose cells become an SVG. */
const root = join(import.meta.dirname, "..", "..");
const folder = join(root, "docs", "pictures");
const size = { columns: 120, rows: 30 };

if (noPty !== null) throw new Error(noPty);
mkdirSync(folder, { recursive: true });
const pty = new Pty({
  argv: [process.execPath, join(root, "dist", "main.js"), "demo"],
  env: { COLORTERM: "truecolor", TZ: "UTC", TMPDIR: "/tmp" },
  ...size,
});
const terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
let written = 0;

/** What the terminal shows now, line by line. */
async function shown(): Promise<string> {
  const more = pty.output.slice(written);
  written = pty.output.length;
  await new Promise<void>((resolve) => terminal.write(more, resolve));
  const buffer = terminal.buffer.active;
  return Array.from({ length: size.rows }, (_, row) =>
    buffer.getLine(buffer.viewportY + row)?.translateToString(),
  ).join("\n");
}

async function until(what: string, holds: (screen: string) => boolean): Promise<void> {
  await pty.until(what, async () => {
    if (pty.exitCode !== null) throw new Error(`never came: ${what}\n${await shown()}`);
    return holds(await shown());
  });
}

function take(name: string, title: string): void {
  const path = join(folder, `${name}.svg`);
  writeFileSync(path, svgOf(terminal, title));
  console.log(path);
}

await until("the question about the base", (screen) => /CLI-1 asks for help with its checks/.test(screen));
pty.send("o");
const busy = /[◐◑◒◓]/;
await until("a question while a model is at work, a task is in stages and one in parts", (screen) => {
  const panels = screen.split("\n").slice(2, 7).join("\n");
  const minds = /ST\d\/3/.test(screen) && /EXPORT-1\.2/.test(screen);
  return minds && /\? needs you/.test(screen) && busy.test(panels);
});
take("list", `${brand.bin} run`);
pty.send("3");
await until("the question about a plan", (screen) => /Review 1 of/.test(screen));
pty.send("a");
await until("the question about a merge", (screen) => /RELEASE-1 .*merge/.test(screen) && /Diff \+/.test(screen));
take("review", `${brand.bin} review`);
pty.send("a");
await until("the end of the run", (screen) => /11\/11 done/.test(screen) && !/● running/.test(screen));
pty.send("q");
await pty.ended();
await pty.close();

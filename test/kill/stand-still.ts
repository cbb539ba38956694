import { existsSync, writeFileSync } from "node:fs";

/** Loaded before an engine in a terminal: its loop stands as long as a file is there, and says so with another. */
const file = process.env["STAND_STILL"] ?? "";
if (["run", "demo"].includes(process.argv[2] ?? ""))
  setInterval(() => {
    if (existsSync(file)) writeFileSync(`${file}s`, "");
    while (existsSync(file));
  }, 10).unref();

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { defineConfig, type Plugin } from "rolldown";

/** Texts of the licences of all packages that are built in. */
const licences: Plugin = {
  name: "licences",
  generateBundle(_options, files) {
    const modules = Object.values(files).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
    const packages = new Set(modules.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
    const texts = [...packages].toSorted().map((folder) => {
      const named = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name)) ?? "package.json";
      return `${folder.replace(/^.*\/node_modules\//, "")}\n\n${readFileSync(join(folder, named), "utf8")}`;
    });
    this.emitFile({ type: "asset", fileName: "licences.txt", source: texts.join(`\n${"-".repeat(80)}\n\n`) });
  },
};

/**
 * Makes the program from its sources. A file is made for what is used together, at the places where the source imports by
 * need. All of them but the entries are in `chunks`, one folder deep like those of the source: see src/processes/entry-files.ts.
 */
export default defineConfig({
  input: { main: "src/main.ts", "processes/spawn-helper-main": "src/processes/spawn-helper-main.ts" },
  platform: "node",
  // With native code, or only for the screen: they stay packages.
  external: [/^better-sqlite3$/, /^ink(-spinner)?$/, /^react(\/|$)/],
  output: { dir: "dist", chunkFileNames: "chunks/[name]-[hash].js", keepNames: true },
  plugins: [licences],
});

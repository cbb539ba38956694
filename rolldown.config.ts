import { readdirSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { join } from "node:path";

import { defineConfig, type Plugin } from "rolldown";

/** Texts of the licences of all packages that are built in, in a file beside the entries. */
const licences = (fileName: string): Plugin => ({
  name: "licences",
  generateBundle(_options, files) {
    const modules = Object.values(files).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
    const packages = new Set(modules.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []));
    const texts = [...packages].toSorted().map((folder) => {
      const named = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name)) ?? "package.json";
      return `${folder.replace(/^.*\/node_modules\//, "")}\n\n${readFileSync(join(folder, named), "utf8")}`;
    });
    this.emitFile({ type: "asset", fileName, source: texts.join(`\n${"-".repeat(80)}\n\n`) });
  },
});

/** What draws the screen, by the names the source imports it by; some hundred files otherwise, and React in the build for developers. */
const drawing = ["ink", "ink-spinner", "react", "react/jsx-runtime"];
const fileOf = (name: string): string => name.replace("/", "-");

/** An entry for each that says its exports by name, as a file that was once CommonJS does not. */
const drawingEntries: Plugin = {
  name: "drawing",
  resolveId: (id) => (id.startsWith("drawing:") ? id : null),
  load(id) {
    if (!id.startsWith("drawing:")) return null;
    const name = id.slice("drawing:".length);
    if (name.startsWith("ink"))
      return `export * from "${name}"; export { ${name === "ink" ? "render" : "default"} } from "${name}";`;
    const loaded: unknown = createRequire(import.meta.url)(name);
    const names = typeof loaded === "object" && loaded !== null ? Object.keys(loaded) : [];
    return `export { ${names.join(", ")} } from "${name}";`;
  },
};

/**
 * Node's own modules, taken past its way for imports: that makes a list of all that a module exports, and for the list Node loads streams,
 * promises and web APIs that nobody asked for.
 */
const builtins: Plugin = {
  name: "builtins",
  renderChunk: (code) =>
    code.replaceAll(
      /^import (?:([\w$]+)(?:, )?)?(?:\* as ([\w$]+)|(\{[^}]*\}))? ?from "([\w:/]+)";$/gm,
      (line, ...found) => {
        const [whole, all, names, id] = found.map((one: unknown) => (typeof one === "string" ? one : ""));
        if (!isBuiltin(id ?? "")) return line;
        const wanted = [whole, all, (names ?? "").replaceAll(" as ", ": ")].filter((one) => one !== "");
        return wanted.map((one) => `const ${one} = process.getBuiltinModule("${id}");`).join(" ");
      },
    ),
};

/** What waits beside a screen stays small: it reads one file of its own, and shares none with the program. */
const launcherFile = "chunks/launcher.js";
const launcher: Plugin = {
  name: "launcher",
  resolveId: (id, importer) =>
    id.endsWith("/launch-screen.ts") && importer?.endsWith("/main.ts") === true
      ? { id: `./${launcherFile}`, external: true }
      : null,
  // The door would load what only the program needs, before it knows which of them it opens.
  generateBundle(_options, files) {
    const door = files["main.js"];
    if (door?.type === "chunk") door.code = door.code.replace(/^import "\.\/chunks\/[^"]+";\n/m, "");
  },
};

/**
 * Makes the program from its sources. A file is made for what is used together, at the places where the source imports by
 * need. All of them but the entries are in `chunks`, one folder deep like those of the source: see src/processes/entry-files.ts.
 */
export default defineConfig([
  {
    input: { main: "src/main.ts", "processes/spawn-helper-main": "src/processes/spawn-helper-main.ts" },
    platform: "node",
    // The first has native code and stays a package; the others are files of their own, made below.
    external: ["better-sqlite3", ...drawing],
    output: {
      dir: "dist",
      paths: Object.fromEntries(drawing.map((name) => [name, `../drawing/${fileOf(name)}.js`])),
      chunkFileNames: "chunks/[name]-[hash].js",
      keepNames: true,
      // Small, and wanted by almost every command: one file, as each costs more to find than to read. Launcher and helper need but the first.
      codeSplitting: {
        groups: [
          { name: "brand", test: /\/src\/domain\/(?:brand|assert)\./, priority: 1 },
          { name: "domain", test: /\/src\/domain\// },
          { name: "words", test: /\/src\/view\/text\/(?!markdown|growing|code-rows|reveal)/ },
        ],
      },
    },
    plugins: [launcher, builtins, licences("licences.txt")],
  },
  {
    input: "src/cli/running/launch-screen.ts",
    platform: "node",
    output: { dir: "dist", entryFileNames: launcherFile, keepNames: true },
    plugins: [builtins],
  },
  {
    // A thread: what it shares with the program it would not share in memory, and the program's own files would be cut up for it.
    input: "src/cli/file-search-main.ts",
    platform: "node",
    external: ["better-sqlite3"],
    output: { dir: "dist", entryFileNames: "cli/file-search-main.js", keepNames: true, codeSplitting: false },
    plugins: [builtins, licences("cli/licences.txt")],
  },
  {
    input: Object.fromEntries(drawing.map((name) => [`drawing/${fileOf(name)}`, `drawing:${name}`])),
    platform: "node",
    external: ["react-devtools-core"],
    // Without fetch the layout engine reads itself from its own text, and a quarter of Node stays unloaded.
    transform: { define: { "process.env.NODE_ENV": '"production"', fetch: "undefined" } },
    output: { dir: "dist", chunkFileNames: "drawing/[name]-[hash].js", keepNames: true },
    plugins: [builtins, drawingEntries, licences("drawing/licences.txt")],
  },
]);

import { brand } from "../../domain/brand.ts";
import { paced, type Pace } from "./scenario.ts";

/** The project the demo works on: a word counter with two faults of its own, its tests, and a lint that is red from the start. */
export const projectFiles: Readonly<Record<string, string>> = {
  "package.json": `{\n  "name": "tally",\n  "version": "0.9.0",\n  "private": true,\n  "type": "module"\n}\n`,
  "README.md": "# tally\n\nCounts what is in a text.\n",
  "src/count.mjs": `/** How many words a text has. */\nexport function countWords(text) {\n  return text.split(" ").length;\n}\n`,
  "src/format.mjs": `/** A number as a person reads it. */\nexport const format = (number) => String(number);\n`,
  "src/files.mjs": `import { readFileSync } from "node:fs";\n\nexport const readText = (path) => readFileSync(path, "utf8");\n`,
  "src/words.mjs": `/** The words of a text as they are written, those with a hyphen too. */\nexport const wordsOf = (text) => text.match(/[\\p{L}-]+/gu) ?? [];\n`,
  "src/cli.mjs": cliWith("const text = readText(args[0]);"),
  "src/legacy.mjs": `var unused = 1;\nexport default unused;\n`,
  "test/count.mjs": `import assert from "node:assert";\nimport { countWords } from "../src/count.mjs";\n\nassert.equal(countWords("one two three"), 3);\n`,
  "test/format.mjs": `import assert from "node:assert";\nimport { format } from "../src/format.mjs";\n\nassert.equal(format(12), "12");\n`,
  "test/words.mjs": `import assert from "node:assert";\nimport { wordsOf } from "../src/words.mjs";\n\nassert.deepEqual(wordsOf("a well-known word"), ["a", "well-known", "word"]);\n`,
  "check.mjs": `import { readdirSync } from "node:fs";

const failed = [];
for (const name of readdirSync("test").toSorted()) {
  try {
    await import(\`./test/\${name}\`);
    console.log(\`ok   test/\${name}\`);
  } catch (error) {
    failed.push(name);
    console.log(\`FAIL test/\${name}: \${error.message.split("\\n")[0]}\`);
  }
}
process.exit(failed.length > 0 ? 1 : 0);
`,
  "lint.mjs": `import { readdirSync, readFileSync } from "node:fs";

let found = 0;
for (const name of readdirSync("src").toSorted()) {
  for (const [index, line] of readFileSync(\`src/\${name}\`, "utf8").split("\\n").entries()) {
    if (!/^var /.test(line)) continue;
    found += 1;
    console.log(\`src/\${name}:\${index + 1} uses var\`);
  }
}
process.exit(found > 0 ? 1 : 0);
`,
};

/** The command line program, with the one line that two tasks of the demo both want to change. */
function cliWith(line: string): string {
  return `import { countWords } from "./count.mjs";
import { readText } from "./files.mjs";
import { format } from "./format.mjs";

const args = process.argv.slice(2);
${line}
console.log(format(countWords(text)));
`;
}

/** The settings of the demo: four scripted models of four makers, two checks, and waits short enough to watch. */
export function settingsText(pace: Pace): string {
  const model = (tier: string, more: string): string =>
    `{adapter: scripted, scenario: ../scenario.yaml, tier: ${tier}${more}}`;
  return `# Written by \`${brand.bin} demo\`. The models are scripted: no account is needed and nothing is paid.
models:
  atlas: ${model("large", ", provider: atlas, billing: metered")}
  birch: ${model("medium", ", provider: birch, billing: subscription, account: birch-plan")}
  cedar: ${model("small", ", provider: cedar")}
  elder: ${model("small", ", provider: elder")}
roles:
  planner: [atlas, birch]
  plan_reviewer: [cedar, atlas]
  implementer: [birch, atlas]
  code_reviewer: [atlas, cedar]
  analyst: [elder]
  supervisor: [atlas]
  synthesizer: [atlas]
routing:
  - {when: {area: [cli]}, use: {implementer: [cedar, birch]}, why: small changes go to the small model first}
  - {when: {area: [format]}, use: {implementer: [birch]}, why: birch knows how numbers are written}
limits: {parallel: 5}
retry:
  call: {strategy: exponential, attempts: 3, base: ${paced(600, pace)}, cap: ${paced(2_000, pace)}}
breaker: {failures: 3, open_for: ${paced(12_000, pace)}, successes: 1}
budget: {run_usd: 5}
checks:
  - {name: test, run: node check.mjs, timeout: 1m, report: {pattern: "^FAIL (test/[^:]+)"}}
  - {name: lint, run: node lint.mjs, timeout: 1m, report: {pattern: "^src/.* uses var$"}}
protected: [package.json, check.mjs, lint.mjs]
`;
}

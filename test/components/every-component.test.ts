import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/** Texts of files by their paths in the project, with slashes. */
type Files = Readonly<Record<string, string>>;

const root = join(import.meta.dirname, "../..");

const filesIn = (folder: string): Files =>
  Object.fromEntries(
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .filter((path) => path.endsWith(".tsx"))
      .map((path) => [path, readFileSync(join(root, path), "utf8")]),
  );

/** components/log/LogView.tsx is tested in test/components/log/log-view.test.tsx. */
const testOf = (component: string): string =>
  `test/${component
    .replace(/\.tsx$/, "")
    .replaceAll(/(?<!\/)[A-Z]/g, "-$&")
    .toLowerCase()}.test.tsx`;

const names = (text: string, file: string): boolean =>
  new RegExp(`from "[./]+${file.replaceAll(".", "\\.")}"`).test(text);
const renders = /import \{[^}]*\brender\b[^}]*\} from "ink-testing-library"/;

/** Components without a test of their own that draws them by ink-testing-library. */
function untested(components: Files, tests: Files): readonly string[] {
  return Object.keys(components).filter((component) => {
    const own = tests[testOf(component)];
    if (own === undefined) return true;
    const screen = names(own, "screen.tsx") ? (tests["test/components/screen.tsx"] ?? "") : "";
    return ![own, screen].some(
      (text) =>
        renders.test(text) && names(text, component) && text.includes(`<${component.replace(/.*\/|\.tsx$/g, "")}`),
    );
  });
}

test("every component is drawn by a test of its own", () => {
  const components = filesIn("components");
  expect(Object.keys(components)).toContain("components/log/LogView.tsx");
  expect(untested(components, filesIn("test/components"))).toEqual([]);
});

test("a component is found that no test draws", () => {
  const component = { "components/log/LogView.tsx": "" };
  const path = "test/components/log/log-view.test.tsx";
  const drawn = `import { render } from "ink-testing-library";\nimport { LogView } from "../../../components/log/LogView.tsx";\nrender(<LogView />);`;
  expect(untested(component, { [path]: drawn })).toEqual([]);
  const faulty: readonly Files[] = [
    {},
    { "test/components/log/other.test.tsx": drawn },
    { [path]: drawn.replace("ink-testing-library", "ink") },
    { [path]: drawn.replace("LogView.tsx", "EventsPanel.tsx") },
    { [path]: drawn.replace("<LogView />", "<EventsPanel />") },
  ];
  for (const tests of faulty) expect(untested(component, tests)).toEqual(Object.keys(component));
});

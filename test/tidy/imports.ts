import { parseSync } from "vite";

/** One import of a module, in whatever form it is written. */
export interface Import {
  /** null where the text does not say: import(name). */
  readonly specifier: string | null;
  readonly form: "static" | "dynamic" | "require";
  /** Nothing of it is left in the compiled file. `import { type A }` is no such import: the module is still loaded. */
  readonly typeOnly: boolean;
  /** The names taken, "*" where it is the whole module. */
  readonly names: readonly string[];
}

export interface Reading {
  readonly imports: readonly Import[];
  /** Calls that make a result differ from one time to the next: "Date.now", "new Date()", "Math.random". */
  readonly impurities: readonly string[];
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null && !Array.isArray(value);

const children = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : isNode(value) ? Object.values(value) : [];

const literal = (value: unknown): string | null =>
  isNode(value) && value["type"] === "Literal" && typeof value["value"] === "string" ? value["value"] : null;

/** Also reads a template without holes: import(`./a.ts`). */
function plainText(value: unknown): string | null {
  if (!isNode(value) || value["type"] !== "TemplateLiteral") return literal(value);
  const quasis = children(value["quasis"]);
  const only = quasis[0];
  if (quasis.length !== 1 || !isNode(only) || !isNode(only["value"])) return null;
  return typeof only["value"]["cooked"] === "string" ? only["value"]["cooked"] : null;
}

const nameOf = (value: unknown): string =>
  isNode(value) && typeof value["name"] === "string" ? value["name"] : (literal(value) ?? "*");

const isCalled = (value: unknown, name: string): boolean =>
  isNode(value) && value["type"] === "Identifier" && value["name"] === name;

function takenNames(node: Node): readonly string[] {
  if (node["type"] === "ExportAllDeclaration") return ["*"];
  return children(node["specifiers"]).map((specifier) => {
    if (!isNode(specifier) || specifier["type"] === "ImportNamespaceSpecifier") return "*";
    if (specifier["type"] === "ImportDefaultSpecifier") return "default";
    return nameOf(specifier["imported"] ?? specifier["local"]);
  });
}

function importIn(node: Node): Import | null {
  switch (node["type"]) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration": {
      const specifier = literal(node["source"]);
      const typeOnly = node["importKind"] === "type" || node["exportKind"] === "type";
      return specifier === null ? null : { specifier, form: "static", typeOnly, names: takenNames(node) };
    }
    case "TSImportType":
      return { specifier: literal(node["source"]), form: "static", typeOnly: true, names: [nameOf(node["qualifier"])] };
    case "ImportExpression":
      return { specifier: plainText(node["source"]), form: "dynamic", typeOnly: false, names: ["*"] };
    case "TSExternalModuleReference":
      return { specifier: literal(node["expression"]), form: "require", typeOnly: false, names: ["*"] };
    case "CallExpression":
      if (!isCalled(node["callee"], "require")) return null;
      return { specifier: plainText(children(node["arguments"])[0]), form: "require", typeOnly: false, names: ["*"] };
    default:
      return null;
  }
}

function impurityIn(node: Node): string | null {
  if (node["type"] === "NewExpression" && isCalled(node["callee"], "Date")) {
    return children(node["arguments"]).length === 0 ? "new Date()" : null;
  }
  if (node["type"] !== "MemberExpression") return null;
  const name = `${nameOf(node["object"])}.${nameOf(node["property"])}`;
  return ["Date.now", "Math.random", "performance.now", "crypto.randomUUID"].includes(name) ? name : null;
}

/** Reads one source file by its syntax tree. Throws where the text is no TypeScript. */
export function readSource(path: string, text: string): Reading {
  const imports: Import[] = [];
  const impurities: string[] = [];
  const { program, errors } = parseSync(path, text);
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  const left: unknown[] = [program];
  while (left.length > 0) {
    const value = left.pop();
    left.push(...children(value).toReversed());
    if (!isNode(value)) continue;
    const found = importIn(value);
    if (found !== null) imports.push(found);
    const impurity = impurityIn(value);
    if (impurity !== null) impurities.push(impurity);
  }
  return { imports, impurities };
}

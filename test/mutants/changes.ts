import {
  isBlock,
  isBinaryExpression,
  isCallExpression,
  isConditionalExpression,
  isDoStatement,
  isExpressionStatement,
  isForStatement,
  isIfStatement,
  isLiteralTypeNode,
  isNumericLiteral,
  isPrefixUnaryExpression,
  isWhileStatement,
  SyntaxKind,
  type Node,
  type SourceFile,
} from "typescript/unstable/ast";

import type { Change, Kind } from "./mutant.ts";

const operators: ReadonlyMap<string, string> = new Map([
  ["<", "<="],
  ["<=", "<"],
  [">", ">="],
  [">=", ">"],
  ["===", "!=="],
  ["!==", "==="],
  ["&&", "||"],
  ["||", "&&"],
  ["+", "-"],
  ["-", "+"],
  ["*", "/"],
  ["/", "*"],
]);

const jumps: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.ContinueStatement,
  SyntaxKind.BreakStatement,
  SyntaxKind.ThrowStatement,
]);

/** Every fault of our kinds that fits somewhere into a file, in the order of the file. Some do not compile. */
export function changesOf(source: SourceFile): readonly Change[] {
  const found: Change[] = [];
  const add = (kind: Kind, node: Node, by: string, to: Node = node): void =>
    void found.push({ kind, start: node.getStart(source), end: to.end, by });
  const text = (node: Node): string => source.text.slice(node.getStart(source), node.end);
  const swap = (a: Node, b: Node): void =>
    add("swapped", a, text(b) + source.text.slice(a.end, b.getStart(source)) + text(a), b);
  const visit = (node: Node): undefined => {
    const condition = conditionOf(node);
    if (condition !== undefined) add("negated condition", condition, `!(${text(condition)})`);
    if (isConditionalExpression(node)) swap(node.whenTrue, node.whenFalse);
    if (isBinaryExpression(node)) {
      const other = operators.get(text(node.operatorToken));
      if (other !== undefined) add("swapped", node.operatorToken, other);
    }
    const [first, second] = isCallExpression(node) ? node.arguments : [];
    if (first !== undefined && second !== undefined) swap(first, second);
    if (isStatementToRemove(node)) add("removed statement", node, isBlock(node.parent) ? "" : "{}");
    const constant = constantOf(node);
    if (constant !== null) add("changed constant", node, constant);
    node.forEachChild(visit);
    return undefined;
  };
  source.forEachChild(visit);
  return found;
}

function conditionOf(node: Node): Node | undefined {
  if (isIfStatement(node) || isWhileStatement(node) || isDoStatement(node)) return node.expression;
  if (isConditionalExpression(node) || isForStatement(node)) return node.condition;
  return undefined;
}

const isStatementToRemove = (node: Node): boolean =>
  isExpressionStatement(node) || jumps.has(node.kind) || (isIfStatement(node) && node.elseStatement === undefined);

/** What a constant becomes; null: it is none, or a type. */
function constantOf(node: Node): string | null {
  if (node.parent !== undefined && (isLiteralTypeNode(node.parent) || isPrefixUnaryExpression(node.parent)))
    return null;
  if (node.kind === SyntaxKind.TrueKeyword) return "false";
  if (node.kind === SyntaxKind.FalseKeyword) return "true";
  if (!isNumericLiteral(node)) return null;
  const value = Number(node.text.replaceAll("_", ""));
  return String(value + 1);
}

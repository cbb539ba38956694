import { approvalPoints, modes, risks, roles, type TaskSpec } from "../../src/domain/task.ts";

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";
const areTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
const isOne = (words: readonly string[], value: unknown): boolean => isText(value) && words.includes(value);
const orNull = (value: unknown, fits: (one: unknown) => boolean): boolean => value === null || fits(value);

const isInstead = (value: unknown): boolean => isFields(value) && isOne(modes, value["file"]) && isText(value["by"]);

/** Looked through by hand: a list of ten thousand tasks has as many of them, and a schema takes six times as long when it is cold. */
export function isSpec(value: unknown): value is TaskSpec {
  if (!isFields(value)) return false;
  const { budget, models, approve } = value;
  return (
    isText(value["id"]) &&
    isText(value["goal"]) &&
    orNull(value["details"], isText) &&
    isOne(risks, value["risk"]) &&
    orNull(value["area"], isText) &&
    areTexts(value["needs"]) &&
    isOne(modes, value["mode"]) &&
    isNumber(value["priority"]) &&
    areTexts(value["context"]) &&
    orNull(value["checks"], areTexts) &&
    isFields(models) &&
    Object.entries(models).every(([role, names]) => isOne(roles, role) && areTexts(names)) &&
    isFields(budget) &&
    orNull(budget["usdMicros"], isNumber) &&
    orNull(budget["tokens"], isNumber) &&
    orNull(value["timeoutMs"], isNumber) &&
    Array.isArray(approve) &&
    approve.every((point) => isOne(approvalPoints, point)) &&
    (!("mayChange" in value) || areTexts(value["mayChange"])) &&
    (!("modeInstead" in value) || isInstead(value["modeInstead"])) &&
    (!("parent" in value) || isText(value["parent"]))
  );
}

import type { BaseCheck, CheckResult } from "../../domain/events.ts";
import { counted } from "../text/amounts.ts";
import { duration } from "../text/durations.ts";
import type { Teller, Told } from "./teller.ts";

const checkText: Record<CheckResult["result"], (check: CheckResult) => Told> = {
  pass: (check) => ({ text: `check ${check.name} passed in ${duration(check.durationMs)}` }),
  fail: (check) => ({
    level: "warn",
    text: `check ${check.name} failed: ${check.newFailures.length === 0 ? "see its log" : check.newFailures.slice(0, 3).join(", ")}${check.newFailures.length > 3 ? ` and ${check.newFailures.length - 3} more` : ""}`,
  }),
  known: (check) => ({ level: "warn", text: `check ${check.name} fails at the base too, so it does not block` }),
  flaky: (check) => ({ level: "warn", text: `check ${check.name} passed only when run again` }),
  environment: (check) => ({
    level: "warn",
    text: `check ${check.name} is red, and so is the base now, which was green: something on this machine is in its way`,
  }),
};

const baseRed = ({ name, named, failures }: BaseCheck): string =>
  named ? `${name} red (${counted(failures.length, "failure")} known)` : `${name} red`;

type CheckEvent = "check.ended" | "base.measured" | "check.waived" | "check.regained";

/** What is said of checks, on the base and on a change. */
export const checkTellers: { readonly [T in CheckEvent]: Teller<T> } = {
  "check.ended": (data) => checkText[data.result](data),
  "base.measured": (data) => {
    const green = data.checks.filter(({ result }) => result !== "fail").map(({ name }) => name);
    const red = data.checks.filter(({ result }) => result === "fail").map(baseRed);
    const parts = [...(green.length === 0 ? [] : [`${green.join(", ")} green`]), ...red];
    return parts.length === 0
      ? null
      : { level: red.length > 0 ? "warn" : "info", text: `base ${data.commit.slice(0, 7)}: ${parts.join(", ")}` };
  },
  "check.waived": (data) => ({
    level: "warn",
    text: `goes on without the check ${data.check}, by ${data.by}; it proves nothing until it is green once`,
  }),
  "check.regained": (data) => ({
    text: `the check ${data.check} counts again: ${data.why === "green" ? "it was green" : "its command is another"}`,
  }),
};

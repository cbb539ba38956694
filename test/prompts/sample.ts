import type { Finding, Plan } from "../../src/domain/answers.ts";
import type { RoundMaterial, TaskMaterial } from "../../src/prompts/material.ts";
import { codeReviewerPrompt } from "../../src/prompts/code-reviewer.ts";
import { implementerPrompt, type WorkUnit } from "../../src/prompts/implementer.ts";
import type { Template } from "../../src/prompts/override.ts";
import { planReviewerPrompt } from "../../src/prompts/plan-reviewer.ts";
import { plannerPrompt } from "../../src/prompts/planner.ts";
import type { Prompt } from "../../src/prompts/prompt.ts";

/** The words of outsiders in a prompt, each where it stands. */
export interface Outside {
  readonly goal: string;
  readonly details: string;
  readonly context: string;
  readonly plan: string;
  readonly finding: string;
  readonly file: string;
  readonly trouble: string;
  readonly diff: string;
  readonly words: string;
}

export const tame: Outside = {
  goal: "Reject expired tokens",
  details: "See the mail.",
  context: "src/auth/**",
  plan: "Check the date",
  finding: "The date is compared as text",
  file: "src/auth/token.ts",
  trouble: "test: 1 failed",
  diff: "+ if (expired) return null;",
  words: "Use the clock that is passed in.",
};

export const task = (out: Outside): TaskMaterial => ({
  spec: { id: "AUTH-1", goal: out.goal, details: out.details, area: "auth", context: [out.context] },
  risk: "medium",
  allChecks: [
    { name: "test", run: "npm test" },
    { name: "lint", run: "npm run lint" },
  ],
  checks: [{ name: "test" }, { name: "lint" }],
  protected: ["test/**", "package.json"],
});

const finding = (id: string, out: Outside): Finding => ({
  id,
  subject: "S1",
  severity: "major",
  file: out.file,
  line: 7,
  text: out.finding,
  state: "open",
  round: 1,
  reviewer: "gpt",
});

export const round = (n: number, out: Outside): RoundMaterial => ({
  round: n,
  open: n === 1 ? [] : [finding("F1", out), finding("F3", out)],
  words: n === 1 ? null : out.words,
  said: [],
  hints: [],
  notes: [],
});

export const plan = (out: Outside): Plan => ({
  summary: out.plan,
  steps: [{ id: "S1", title: out.plan, details: out.plan, files: [out.file] }],
  risks: [out.plan],
});

export const unit = (kind: WorkUnit["kind"], out: Outside): WorkUnit => ({
  kind,
  step: kind === "step" ? "S1" : null,
  title: out.plan,
  details: out.details,
  trouble: kind === "step" ? [] : [out.trouble],
});

type Make = (n: number, out: Outside, template?: Template | null) => Prompt;

/** Every prompt of a task, by name; the first word or two are its role. */
export const prompts: Readonly<Record<string, Make>> = {
  planner: (n, out, template = null) =>
    plannerPrompt({ ...task(out), ...round(n, out), previous: n === 1 ? null : plan(out) }, template),
  "plan reviewer": (n, out, template = null) =>
    planReviewerPrompt({ ...task(out), ...round(n, out), plan: plan(out), blockOn: "major" }, template),
  implementer: (n, out, template = null) =>
    implementerPrompt({ ...task(out), ...round(n, out), plan: plan(out), unit: unit("step", out) }, template),
  "implementer after a red gate": (n, out, template = null) =>
    implementerPrompt({ ...task(out), ...round(n, out), plan: plan(out), unit: unit("gate_fix", out) }, template),
  "implementer in a conflict": (n, out, template = null) =>
    implementerPrompt({ ...task(out), ...round(n, out), plan: null, unit: unit("conflict", out) }, template),
  "code reviewer": (n, out, template = null) =>
    codeReviewerPrompt(
      {
        ...task(out),
        ...round(n, out),
        plan: plan(out),
        unit: unit("step", out),
        onlyFix: n > 1,
        touched: [out.file],
        blockOn: "major",
        diff: {
          files: [{ path: out.file, insertions: 1, deletions: 0, state: "modified" }],
          text: out.diff,
          truncated: false,
        },
      },
      template,
    ),
};

import type { Action, Question, QuestionKind } from "../../domain/question.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { dollars } from "../text/amounts.ts";

/** A question as a person weighs it: what it means that it is asked, and what each answer leads to. */

type Asked = Pick<Question, "kind" | "reason" | "evidence">;

const textIn = ({ evidence }: Pick<Question, "evidence">, name: string): string | null => {
  const value = evidence[name];
  return typeof value === "string" && value !== "" ? value : null;
};

const stopsRun = "the run stops; nothing is lost";
const givenUp = "the task is given up; its branch stays";

/** What an answer leads to, wherever nothing else is said of it. */
const usual: Record<Action, string> = {
  approve: "it goes on as it is",
  reject: "it is not taken",
  request_changes: "your words go to who made it, for another round",
  retry: "it is tried again, by another model if you name one",
  take_over: "you do it in its worktree, and say when you are done",
  abort: givenUp,
  keep: "it goes on as it was begun",
  restart: "it is begun anew",
  allow_always: "it is not asked about again in this task",
  deny: "the agent is told no, with words of yours, and goes on",
  done: "what stands in the worktree is committed as yours",
};

type Consequences = Partial<Record<Action, string>>;

const ofWork: Consequences = {
  request_changes: "its author changes it by your words, then review and checks again",
  reject: "the task ends as failed; its branch stays",
  retry: "it is done anew, by another model if you name one",
};

const ofBase: Consequences = { retry: "it is looked at again, once you have mended it", abort: stopsRun };

const byKind: Record<QuestionKind, Consequences> = {
  plan: {
    approve: "work begins by this plan",
    request_changes: "your words go to the planner, who plans once more",
    reject: "the plan is dropped, and another planner makes a new one",
    retry: "it is planned anew from the start",
  },
  review: { ...ofWork, approve: "the work is taken as it is, and open findings are waived in your name" },
  merge: { ...ofWork, approve: "it is merged" },
  approval: { approve: "the agent may do it this once" },
  budget: {},
  conflict: { retry: "a model resolves it once more, with what stands there by then" },
  backlog: {
    keep: "it is done by its old text",
    restart:
      "it is begun anew by its new text; what was done so far stays in snapshots, and what is merged stays merged",
  },
  gate: { ...ofBase, keep: "it goes on without these checks; they then prove nothing until they are green once" },
  base: { ...ofBase, keep: "tasks build on the branch as it is, without what is new on the base" },
  setup: { ...ofBase, retry: "set-up is run again, for all that wait" },
  parts: {
    retry: "the part that failed is tried again; the others go on meanwhile",
    keep: "it goes on without that part and what needs it; what they were for stays unmet",
    restart: "the task does itself what is not done yet, as a whole; parts under way are given up",
    abort: "the task is given up with all its parts; what they have merged stays",
  },
  other: {},
};

/** Where one reason says more than its kind. */
const byReason: Readonly<Record<string, Consequences>> = {
  environment: { retry: "the checks are run again, once you have found it", abort: givenUp },
  own_gate: { ...ofWork, approve: "its own changes to the gate count, for it and all after it", abort: givenUp },
  blocked: { retry: "it is merged as soon as the way is clear" },
  needs: { retry: "they are merged with each other again, once you have made that possible" },
  error: { retry: "what failed is tried again from where it was" },
  history: { restart: "it is started over; its branch and snapshots stay" },
  models: { retry: "all models are asked again, or the one you name" },
  no_change: {
    approve: "nothing is needed: this part is done as it is",
    request_changes: "your words go into the next try",
  },
  unmet: {
    approve: "it counts as done, without what is unmet",
    restart: "the task does itself what is unmet, on top of its parts",
    abort: "the task is given up; what its parts have merged stays",
  },
  merged_before: {
    keep: "the task is done by that merge",
    restart: "it is done, and paid, once more",
    abort: "the task is given up; that merge stays as it is",
  },
  regressed: {
    restart: "the merged task is done again, with what fails; the rest waits for it",
    reject: "its merge is undone; tasks that need it wait until it is done again",
    retry: "the check is run again, once you have mended it",
  },
  roadmap: {
    approve: "it goes on as it is; findings that are open are waived in your name",
    keep: "the roadmap stays as it is; findings that are open are waived in your name",
    request_changes: "the stage is opened again, with your words as a step of it",
  },
  behind_back: { approve: "what was changed stays, and the task goes on" },
  moved_branch: {
    approve: "what stands there counts, and all tasks build on it",
    reject: "the branch goes back to where it was; what stands there is kept aside",
    abort: "only this task is given up; another asks",
  },
};

/** What an answer leads to, as the end of "approve: ...". */
export function consequenceOf(action: Action, asked: Asked): string {
  const [into, branch] = [textIn(asked, "into"), textIn(asked, "branch")];
  if (action === "approve" && asked.kind === "merge" && into !== null) return `it is merged into ${into}`;
  if (action === "approve" && asked.kind === "merge" && branch !== null)
    return `it is done on ${branch}, which you merge yourself`;
  if (asked.kind === "budget") return ofBudget(action, asked);
  const { proposed } = asked.evidence;
  if (asked.reason === "roadmap" && action === "approve" && Array.isArray(proposed) && proposed.length > 0)
    return "the roadmap is changed as proposed";
  const always = textIn(asked, "always means");
  if (action === "allow_always" && always !== null) return `allows ${always}`;
  if (action === "retry" && textIn(asked, "worktree") === "gone")
    return "the worktree is made again from the last commit, and what was under way is done once more";
  return byReason[asked.reason]?.[action] ?? byKind[asked.kind][action] ?? usual[action];
}

function ofBudget(action: Action, { evidence }: Asked): string {
  const { raiseMicros, grantMicros } = evidence;
  const isShared = typeof raiseMicros === "number";
  if (action === "retry") return "the call is tried again, once you have raised the budget";
  if (action === "abort") return isShared ? `${givenUp}; another task asks` : givenUp;
  if (action !== "approve") return usual[action];
  if (isShared) return `the budget is raised by ${dollars(raiseMicros)} for all tasks`;
  return typeof grantMicros === "number"
    ? `this task may spend ${dollars(grantMicros)} more`
    : "this task may spend more";
}

const meansByKind: Record<QuestionKind, string> = {
  plan: "nothing is built before you decide",
  review: "author and reviewer do not come to an end; the work is kept, and nothing of it is merged",
  merge: "the work is done; nothing of it is merged before you decide",
  approval: "the agent stands still in the middle of its call until you answer",
  budget: "the task waits; nothing more is spent on it",
  conflict: "its work is kept, and is not merged",
  backlog: "the task goes no further until you say which text counts",
  gate: "no task starts before that: checks that are red where nothing was changed prove nothing",
  base: "tasks wait; nothing is built on what is new",
  setup: "no task can start before that",
  parts: "the other parts go on; the task is not done before you decide",
  other: "the task waits; what was committed is kept",
};

/** The same as a sentence, for where it is asked once more. */
export function answerSentence(action: Action, asked: Asked): string {
  const words = consequenceOf(action, asked);
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
}

/** The same for questions whose answers mean the same. */
export const answeredAlike = ({ kind, reason }: Pick<Asked, "kind" | "reason">): string =>
  reason in byReason || reason in meansByReason ? `${kind} ${reason}` : kind;

const meansByReason: Readonly<Record<string, string>> = {
  environment: "its work cannot be judged now; as far as is known nothing is wrong with it",
  own_gate: "it passes only with its own changes to what judges it, so it proves nothing by itself",
  blocked: "its work is done and checked; only the merge is in the way",
  models: "every model that may do this has failed at it",
  needs: "it is not begun: what it builds on is not one",
  no_change: "either nothing is needed, or it was not understood",
  taken_over: "the task waits for your work in its worktree",
  regressed: "no task starts before that: whatever is merged next would be merged onto a red check",
  unmet: "its parts are over and merged; nothing of it runs before you decide",
  merged_before: "to do it again would be paid again",
  roadmap: "the stage's work is kept; the next stage does not begin before you decide",
  moved_branch: "nothing is built on that branch before you say what it is",
};

/** What follows while nobody answers. */
export function meaningOfQuestion(asked: Asked): string {
  const unanswered = textIn(asked, "without an answer");
  if (asked.kind === "budget" && textIn(asked, "budget") !== null)
    return "all that would be paid from it waits; tasks that cost nothing go on";
  const means = meansByReason[asked.reason] ?? meansByKind[asked.kind];
  return unanswered === null ? means : `${means}; else it is ${unanswered}`;
}

/** The rule that made it ask; null: the question says so itself. */
export function ruleOf(asked: Asked, spec: Pick<TaskSpec, "approve" | "risk"> | null): string | null {
  const { why } = asked.evidence;
  const found = Array.isArray(why) ? why.flatMap((one) => (typeof one === "string" ? [one] : [])) : [];
  if (asked.kind === "merge" && asked.reason === "approval") {
    const given = spec?.risk === "high";
    const raised = !given && textIn(asked, "risk") === "high" && found.length === 0;
    // High risk asks by itself, whatever the task says beside it.
    const own = !given && spec?.approve.includes("merge") === true ? ["the task says approve: [merge]"] : [];
    const rules = [...own, ...(given ? ["its risk is high"] : raised ? ["its risk was raised to high"] : []), ...found];
    return rules.length === 0 ? null : rules.join("; ");
  }
  if (asked.kind === "plan" && asked.reason === "approval") return "the task says approve: [plan]";
  return null;
}

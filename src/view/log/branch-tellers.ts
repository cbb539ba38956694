import { counted } from "../text/amounts.ts";
import type { Teller } from "./teller.ts";

const short = (commit: string): string => commit.slice(0, 7);

const followed = {
  fast_forward: "goes on from there",
  merge: "has it merged in",
  kept: "stays without it, as a person said",
} as const;

type BranchEvent = "merge.done" | "merge.conflict" | "merge.reverted" | "land.done" | "land.undone" | "base.followed";

/** What is said of the integration branch and the base. */
export const branchTellers: { readonly [T in BranchEvent]: Teller<T> } = {
  "merge.done": (data) => ({ text: `merged into ${data.into} as ${short(data.commit)}` }),
  "merge.conflict": (data) => ({
    level: "warn",
    text: `conflict with ${data.with} in ${data.files.slice(0, 3).join(", ")}${data.files.length > 3 ? ", …" : ""}`,
  }),
  "merge.reverted": (data) => ({ level: "warn", text: `${short(data.of)} reverted by ${short(data.commit)}` }),
  "land.done": (data) => ({
    text: `${counted(data.tasks.length, "task")} landed on ${data.into} as ${short(data.commit)}`,
  }),
  "land.undone": (data) => ({
    level: "warn",
    text: `landing of ${counted(data.tasks.length, "task")} taken back: ${data.into} stands at ${short(data.to)} again`,
  }),
  "base.followed": (data) => ({
    ...(data.by === "kept" ? { level: "warn" } : {}),
    text: `${data.base} moved to ${short(data.to)}: ${data.into} ${followed[data.by]}`,
  }),
};

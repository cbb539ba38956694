import type { InputOf } from "../../actions/table.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { changeStages } from "../running/change-stages.ts";

/** Leaves a stage out that has not begun. */
export const command = (
  program: Program,
  { task, stage }: InputOf<"skip_stage">,
  displays: Displays,
): Promise<number> => changeStages(program, displays, { task, request: { op: "skip", stage } });

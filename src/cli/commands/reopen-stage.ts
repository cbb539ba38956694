import type { InputOf } from "../../actions/table.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { changeStages } from "../running/change-stages.ts";

/** Opens a stage again that is done, for what a person says of it. */
export const command = (
  program: Program,
  { task, stage, because }: InputOf<"reopen_stage">,
  displays: Displays,
): Promise<number> =>
  changeStages(program, displays, { task, request: { op: "reopen", stage, because: because ?? "" } });

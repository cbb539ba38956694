import type { Checked, InputSchema, TypedAction } from "../../actions/action.ts";
import type { Program } from "./program.ts";
import type { Displays } from "./typed-input.ts";

/** What does the work of an action at a terminal; the answer is the exit code. */
export type Handler<Input extends InputSchema> = (
  program: Program,
  input: Checked<Input>,
  displays: Displays,
) => Promise<number>;

/** An action with what does it, loaded when it is wanted. */
export interface BoundAction {
  readonly spec: TypedAction;
  /** `input` as it was typed; checked here. */
  run(program: Program, input: unknown, displays: Displays): Promise<number>;
}

export const bind = <Input extends InputSchema>(
  spec: TypedAction & { readonly input: Input },
  load: () => Promise<{ readonly command: Handler<Input> }>,
): BoundAction => ({
  spec,
  run: async (program, input, displays) => {
    const checked = spec.input.parse(input);
    return await (await load()).command(program, checked, displays);
  },
});

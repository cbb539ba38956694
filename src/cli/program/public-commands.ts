import { actionTable } from "../../actions/table.ts";
import { commandsOf } from "./commands-of.ts";

/** All commands that people and scripts are told of, in the order help shows them. */
export const publicCommands = commandsOf(actionTable);

import { envName } from "../../domain/brand.ts";
import type { Program } from "../program/program.ts";

/** Whether Ink is to write to the terminal itself: see MountParts. */
export const wantsStockInk = ({ env }: Pick<Program, "env">): boolean => env[envName("RENDERER")] === "ink";

import { envName } from "./brand.ts";

/** What keeps things apart that run at the same time: a number of its own in the repository, and ports of its own on this machine. */
export interface SlotUse {
  /** From 0 to one below `limits.parallel` for a task; above it for trees of ours, and for who works beyond that number. */
  readonly n: number;
  /** The first of its ports. */
  readonly portBase: number;
}

export const slotVariables = (slot: SlotUse | null): Readonly<Record<string, string>> =>
  slot === null ? {} : { [envName("SLOT")]: String(slot.n), [envName("PORT_BASE")]: String(slot.portBase) };

/** Where the services of a run or a machine have their ports. */
export const servicesVariables = (slot: SlotUse | null): Readonly<Record<string, string>> =>
  slot === null ? {} : { [envName("SERVICES_PORT_BASE")]: String(slot.portBase) };

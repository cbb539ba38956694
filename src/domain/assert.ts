/** A fault of ours, never of the world: it stops the engine and the ledger survives. */
export class Bug extends Error {
  override readonly name = "Bug";
}

/** Throws a Bug when what cannot be false is false. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message);
}

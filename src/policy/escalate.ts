/** How often the work of one task was turned down so far. */
export interface Struggles {
  /** Reviews or people that asked for changes. */
  readonly rejections: number;
  /** Times the checks were red on its account. */
  readonly gateFailures: number;
}

/** From then on a larger model makes the next try. */
export const patience = 2;

/**
 * Why the next tier up is to be asked from now on; null: not yet. It follows from counts that only grow and means the tier above
 * the usual one, so it happens once per task, however often it is asked.
 */
export function escalation({ rejections, gateFailures }: Struggles): string | null {
  if (gateFailures >= patience) return `the checks failed ${gateFailures} times`;
  if (rejections >= patience) return `turned down ${rejections} times`;
  return null;
}

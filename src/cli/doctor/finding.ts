/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly state: "ok" | "warn" | "bad";
  readonly text: string;
  /** What may be done about it. */
  readonly hints?: readonly string[];
}

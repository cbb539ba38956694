/** keysIdle, keysStreams: keys at 140x45; streams: six models at work; waiting: for a person alone; large: 10,000 tasks. */
export type Scenario = "keysIdle" | "keysStreams" | "streams" | "waiting" | "idle" | "stall" | "large";

/** What a screen says of itself. */
export interface Found {
  /** CPU from a key to the end of the turn that wrote its frame. */
  readonly keyMs?: readonly number[];
  /** Share of a core, in percent. */
  readonly cpuPercent?: number;
  readonly framesPerSecond?: number;
  readonly bytesPerFrame?: number;
  /** What was written, a turn each. */
  readonly written?: readonly string[];
  /** The longest time in which the event loop did nothing. */
  readonly gapMs?: number;
}

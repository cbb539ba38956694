import { expect, test } from "vitest";

import { behindScreen } from "../../../src/cli/output/print-after-screen.ts";

test("a screen that was left says that the run goes on only where it does", () => {
  const stopped = { state: "stopped", stopping: "no" } as const;
  const running = { state: "running", stopping: "no" } as const;
  // The engine of a run that has just been stopped is still putting things away.
  expect(behindScreen(stopped, { engine: true, stops: false })).toBe("over");
  expect(behindScreen({ ...running, state: "ended" }, { engine: true, stops: false })).toBe("over");
  expect(behindScreen(running, { engine: false, stops: false })).toBe("over");
  expect(behindScreen(running, { engine: true, stops: true })).toBe("stopping");
  expect(behindScreen({ ...running, stopping: "now" }, { engine: true, stops: false })).toBe("stopping");
  expect(behindScreen(running, { engine: true, stops: false })).toBe("goes_on");
});

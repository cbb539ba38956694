import { brand } from "../domain/brand.ts";
import type { RunProgram, Sink } from "./sink.ts";

/** Shows what it is given as arguments: no text of ours or of a task is ever part of a script. */
const script = ["on run argv", "display notification (item 2 of argv) with title (item 1 of argv)", "end run"];

/** Tells by the desktop: osascript on macOS, notify-send elsewhere. */
export const desktopSink = (platform: string, run: RunProgram): Sink => ({
  name: "desktop",
  send: ({ title, body }) =>
    platform === "darwin"
      ? run(["osascript", ...script.flatMap((line) => ["-e", line]), title, body])
      : run(["notify-send", "-a", brand.name, "--", title, unmarked(body)]),
});

/** A desktop may take a body for markup. */
const unmarked = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

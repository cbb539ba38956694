/**
 * What the screen tells its launcher. beat: it lives. entered: the terminal is in its modes. lent: it is not, for now. left: it is
 * not, for good. stop: it is lent to the shell, stop us all.
 */
const reports = ["beat", "entered", "lent", "left", "stop"] as const;
export type Report = (typeof reports)[number];

export const reportOf = (message: unknown): Report | null => reports.find((report) => report === message) ?? null;

const beatEveryMs = 1_000;

/** The line to the launcher; without one all is silence. */
export interface LauncherLink {
  readonly attached: boolean;
  report(report: Report): void;
  close(): void;
}

/** Beats until it is closed. `onGone` is called when the launcher is gone, not when the link was closed here. */
export function openLauncherLink(onGone: () => void): LauncherLink {
  if (process.send === undefined) return { attached: false, report: () => {}, close: () => {} };
  let closed = false;
  const report = (what: Report): void => {
    if (process.connected) process.send?.(what, undefined, undefined, () => {});
  };
  const gone = (): void => {
    if (!closed) onGone();
  };
  const beats = setInterval(() => report("beat"), beatEveryMs);
  beats.unref();
  process.on("disconnect", gone);
  return {
    attached: true,
    report,
    close() {
      if (closed) return;
      closed = true;
      clearInterval(beats);
      process.off("disconnect", gone);
      if (process.connected) process.disconnect();
    },
  };
}

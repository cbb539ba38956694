import { appendFileSync } from "node:fs";

/**
 * Plays the steps that are asked for and says what they took. A step does nothing but be counted: each appends its number to
 * a file. `BENCH_KILL`: in this step the process kills itself; `BENCH_AGAIN`: another was killed before it.
 */
export async function play(work) {
  const { BENCH_STEPS, BENCH_FILE, BENCH_KILL, BENCH_AGAIN } = process.env;
  const marks = [];
  const now = () => ({ atMs: performance.now(), cpuMs: (process.cpuUsage().user + process.cpuUsage().system) / 1_000 });
  const act = (n) => {
    if (marks.length === 0) marks.push(now());
    marks[1] = now();
    appendFileSync(`${BENCH_FILE}.acts`, `${n}\n`);
    if (String(n) === BENCH_KILL) process.kill(process.pid, "SIGKILL");
    return n;
  };
  await work({ steps: Number(BENCH_STEPS), file: BENCH_FILE, act, again: BENCH_AGAIN === "1" });
  const [first, last] = marks;
  const between = Number(BENCH_STEPS) - 1;
  const wallMs = (last.atMs - first.atMs) / between;
  console.log(JSON.stringify({ wallMs, cpuMs: (last.cpuMs - first.cpuMs) / between }));
  process.exit(0);
}

import { createServer, type Server } from "node:http";

import type { EventType } from "../../src/domain/events.ts";
import { inFolder, median, spread, type Figure } from "./figures.ts";
import { runProgram, startProgram, type Project } from "./program.ts";
import { namedTasks, scriptedProject } from "./scripted-project.ts";
import { cpuMsOf, exitOf, firstOf, openReader } from "./watching.ts";

const rounds = 7;
const run = ["run", "--plain", "--trust"];
const ask = ["ask", "What is it?", "--trust", "--models"];

/** What a command takes before its first useful act. */
interface Start {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** CPU of the real program before its first useful act: what a command says, the first call of an ask, the first task of a run. */
export async function start(): Promise<readonly Figure[]> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(401).end("{}");
  });
  const far = `  far: {adapter: openai-compatible, model: m, base_url: "http://127.0.0.1:${await listen(server)}/v1"}\n`;
  const untilRequest = (project: Project): Promise<Start> => {
    const before = requests;
    return untilSeen(project, [...ask, "far"], () => (requests > before ? true : undefined));
  };
  const rows: readonly (readonly [string, number, (project: Project, round: number) => Promise<Start>])[] = [
    ["plan, to its end", 250, (project) => runProgram(project, ["plan"])],
    ["list, to its end", 250, (project) => runProgram(project, ["list"])],
    ["scripted ask, to its first call", 250, (project) => untilEvent(project, [...ask, "one,two"], "call.started")],
    [
      "engine, to its first task",
      250,
      (project, n) => untilEvent(project, [...run, "--task", `T${n + 2}`], "task.begun"),
    ],
    ["ask over HTTP, to its first request", 400, untilRequest],
  ];
  try {
    return await inFolder(async (folder) => {
      const project = scriptedProject(folder, { tasks: namedTasks(rounds + 1, "two-loop"), parallel: 1, models: far });
      await runProgram(project, [...run, "--task", "T1"]);
      const starts: Start[][] = rows.map(() => []);
      for (let n = 0; n < rounds; n += 1)
        for (const [at, [, , measure]] of rows.entries()) starts[at]?.push(await measure(project, n));
      return rows.map(([what, goalMs], at) => figureOf(what, goalMs, starts[at] ?? []));
    });
  } finally {
    server.close();
  }
}

function figureOf(what: string, goalMs: number, starts: readonly Start[]): Figure {
  const cpu = starts.map(({ cpuMs }) => cpuMs);
  return {
    what: `CPU of a start: ${what}`,
    figure: `${spread(cpu)} (wall ${median(starts.map(({ wallMs }) => wallMs)).toFixed(0)} ms)`,
    goal: `p50 <= ${goalMs} ms`,
    met: median(cpu) <= goalMs,
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return address.port;
}

async function untilEvent(project: Project, argv: readonly string[], type: EventType): Promise<Start> {
  const reader = await openReader(project);
  const head = await reader.log.head();
  try {
    return await untilSeen(project, argv, async () => (await reader.log.since(head, { types: [type] }))[0]);
  } finally {
    reader.close();
  }
}

async function untilSeen<T>(
  project: Project,
  argv: readonly string[],
  look: () => T | undefined | Promise<T | undefined>,
): Promise<Start> {
  const from = performance.now();
  const child = startProgram(project, argv);
  const first = await firstOf(child, look);
  const took = { cpuMs: cpuMsOf(child.pid), wallMs: performance.now() - from };
  await exitOf(child);
  if ("missed" in first) throw new Error(`${argv.join(" ")}: ${first.missed}`);
  return took;
}

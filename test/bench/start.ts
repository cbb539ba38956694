import { createServer, type Server } from "node:http";

import type { EventType } from "../../src/domain/events.ts";
import { inFolder, median, spread, type Figure } from "./figures.ts";
import { runProgram, startProgram, type Project } from "./program.ts";
import { namedTasks, scriptedProject } from "./scripted-project.ts";
import { cpuMsOf, exitOf, firstOf, openReader } from "./watching.ts";

const rounds = 7;
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
  const port = await listen(server);
  const untilRequest = (project: Project): Promise<Start> => {
    const before = requests;
    return untilSeen(project, [...ask, "far"], () => (requests > before ? true : undefined));
  };
  const rows: readonly (readonly [string, number, (project: Project) => Promise<Start>])[] = [
    ["plan, to its end", 250, (project) => runProgram(project, ["plan"])],
    ["list, to its end", 250, (project) => runProgram(project, ["list"])],
    [
      "ask of scripted models, to the first call",
      250,
      (project) => untilEvent(project, [...ask, "one,two"], "call.started"),
    ],
    ["engine, to the first task", 250, (project) => untilEvent(project, ["run", "--plain", "--trust"], "task.begun")],
    ["ask over HTTP, to the first request", 400, untilRequest],
  ];
  try {
    const figures: Figure[] = [];
    for (const [what, goalMs, measure] of rows) figures.push(await row(what, goalMs, port, measure));
    return figures;
  } finally {
    server.close();
  }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return address.port;
}

async function row(
  what: string,
  goalMs: number,
  port: number,
  measure: (project: Project) => Promise<Start>,
): Promise<Figure> {
  const models = `  far: {adapter: openai-compatible, model: m, base_url: "http://127.0.0.1:${port}/v1"}\n`;
  const starts: Start[] = [];
  for (let n = 0; n < rounds; n += 1)
    starts.push(
      await inFolder(async (folder) => {
        const project = scriptedProject(folder, { tasks: namedTasks(2, "two-loop"), parallel: 1, models });
        await runProgram(project, ["run", "--only", "T1", "--plain", "--trust"]);
        return await measure(project);
      }),
    );
  const cpu = starts.map(({ cpuMs }) => cpuMs);
  return {
    what: `CPU of a start: ${what}`,
    figure: `${spread(cpu)} (wall ${median(starts.map(({ wallMs }) => wallMs)).toFixed(0)} ms)`,
    goal: `p50 <= ${goalMs} ms`,
    met: median(cpu) <= goalMs,
  };
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

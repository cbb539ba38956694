#!/usr/bin/env node
/**
 * The door. This file must parse on any Node that knows modules, so that an old one is told what is needed instead of
 * getting a syntax error: nothing newer than async functions and import(), no static import, no top-level await.
 */
const oldest = { major: 22, minor: 14 };

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < oldest.major || (major === oldest.major && minor < oldest.minor);
}

/**
 * What is made here dies young: 2 MB for young objects are enough, where V8 takes up to 128 before it looks what is dead. It
 * takes its size at the start, and no larger one by this. Among old ones it looks when they are half as many again, not four times.
 */
function stayLean(): void {
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=50");
}

/** What a screen's first frame is made of lives on: to look what of it is dead took a quarter of the time of a large one. */
const firstFrameMs = 3_000;

/** Commands that do little but show the screen: they are done in another process, and this one stays small. */
const screenCommands = ["", "watch", "review"];

async function start(): Promise<void> {
  // React picks its build when it is loaded: before that, not after.
  if (process.env["NODE_ENV"] === undefined) process.env["NODE_ENV"] = "production";
  const argv = process.argv.slice(2);
  const isScreen = screenCommands.includes(argv[0] ?? "");
  if (isScreen) {
    const { launchFirst } = await import("./cli/running/launch-screen.ts");
    const exitCode = await launchFirst(argv, process.env);
    if (exitCode !== null) {
      process.exitCode = exitCode;
      return;
    }
  }
  if (isScreen) setTimeout(stayLean, firstFrameMs).unref();
  else stayLean();
  const { main } = await import("./cli/main.ts");
  process.exitCode = await main(argv);
}

if (process.platform === "win32") {
  process.stderr.write(
    "This does not run on Windows itself: install WSL2 (wsl --install), then Node.js, git and this program inside it.\n",
  );
  process.exitCode = 2;
} else if (isTooOld(process.versions.node)) {
  process.stderr.write(
    `Node.js ${oldest.major}.${oldest.minor} or newer is needed; this is ${process.versions.node} (${process.execPath}).\n`,
  );
  process.exitCode = 2;
} else {
  start().catch(function crash(error: unknown) {
    console.error(error);
    process.exitCode = 1;
  });
}

const kept: readonly string[] = ["TZ", "NODE_OPTIONS", "NODE_COMPILE_CACHE"];

/** What a child must be told to read the same clock in the same zone as this process, and to compile no file anew. */
export const clockEnv: Readonly<Record<string, string>> = Object.fromEntries(
  kept.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** The same as lines of a shell script, for what the program starts: it passes few variables on. */
export const exportClock = Object.entries(clockEnv)
  .map(([name, value]) => `export ${name}='${value}'\n`)
  .join("");

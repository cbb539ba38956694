import { spawn } from "node:child_process";

/**
 * $1: whom to watch; $2: which signals count; $3: what is said; the rest: what is run then. A shell waits at no cost for the end of
 * its standard input, which is the end of whom it watches. Once it has heard two signals, it gives that one the time it takes to
 * end by itself.
 */
const script = `
n=0
exec 3<&0 </dev/null
trap '' INT TERM HUP
trap 'exit 0' USR1
(cat <&3 >/dev/null 2>&1; kill -USR1 $$) 2>/dev/null &
watching=$!
exec 3<&-
trap 'n=$((n + 1))' $2
while [ $n -lt 2 ]; do
  wait $watching
  kill -0 $watching 2>/dev/null || exit 0
done
trap '' INT TERM HUP
{ sleep 1.5 || sleep 2; } >/dev/null 2>&1 &
wait $!
kill -9 $1 || exit 0
trap '' USR1
printf '%s\\n' "$3" >&2
shift 3
exec "$@"
`;

/**
 * Kills this process where it does not end at a second one of these signals, as when its loop stands still and no listener is
 * called: it says `words`, and runs `then`. Done by a small shell in this process's group, which hears what a terminal sends to
 * all; what is sent to this process alone it does not hear. The answer ends it.
 */
export function guardSignals(
  names: readonly NodeJS.Signals[],
  words: string,
  then: { readonly argv: readonly string[]; readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): () => void {
  const counted = names.map((name) => name.replace(/^SIG/, "")).join(" ");
  const guard = spawn("/bin/sh", ["-c", script, "sh", String(process.pid), counted, words, ...then.argv], {
    cwd: then.cwd,
    env: then.env,
    stdio: ["pipe", "ignore", "inherit"],
  });
  // Without one, signals are heard as long as this process turns.
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  guard.unref();
  return () => guard.stdin.end();
}

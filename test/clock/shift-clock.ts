import { mkdirSync } from "node:fs";
import { join } from "node:path";

/**
 * Loaded before everything else of a process, by --import: what time it is, is moved by `offset` milliseconds. Timers
 * and durations stay as they are, and so do the clocks of files, of git and of programs that are not Node's.
 *
 * A sweep by age would then take what is new for old: who is not told a folder for temporary files gets one in `tmp`.
 */
const { searchParams } = new URL(import.meta.url);
const offset = Number(searchParams.get("offset"));
const tmp = searchParams.get("tmp");

const real = Date;
const now = (): number => real.now() + offset;

const shifted = new Proxy(real, {
  apply: () => new real(now()).toString(),
  construct: (target, args: readonly unknown[], made): object => {
    const date: unknown = Reflect.construct(target, args.length === 0 ? [now()] : args, made);
    if (!(date instanceof real)) throw new TypeError("no date was made");
    return date;
  },
  get: (target, name): unknown => (name === "now" ? now : Reflect.get(target, name)),
});

Object.defineProperty(real.prototype, "constructor", { value: shifted });
globalThis.Date = shifted;

if (tmp !== null && process.env["TMPDIR"] === undefined) {
  const own = join(tmp, String(process.pid));
  mkdirSync(own, { recursive: true });
  process.env["TMPDIR"] = own;
}

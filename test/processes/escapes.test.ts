import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, assert, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { namedPlaces } from "../../src/processes/enclose.ts";
import { readProcessTable } from "../../src/processes/process-table.ts";
import { noPlaces } from "../../src/processes/sandbox-rules.ts";
import { because } from "../skipped.ts";
import { until } from "../until.ts";
import { noSandbox, walledPlace, type WalledPlace } from "./walled-place.ts";

/** Each exits with 0 where it comes through. */
const escapes: Readonly<Record<string, (place: WalledPlace) => string>> = {
  "reads the ledger": ({ state }) => `cat '${state}/ledger.db'`,
  "writes the ledger": ({ state }) => `echo more >>'${state}/ledger.db'`,
  "puts another ledger in its place": ({ state }) => `mv '${state}/ledger.db' '${state}/gone'`,
  "reads a token": ({ state }) => `grep token '${state}/token'`,
  "reads the prompts of other calls": ({ state }) => `cat '${state}/runs/r/calls/c/1/prompt.md'`,
  "reads a key": () => `cat "$HOME/.ssh/id_ed25519"`,
  "reads a password": () => `grep password "$HOME/.netrc"`,
  "reads what was typed in a shell": () => `grep typed "$HOME/.bash_history"`,
  "gives the user's shell something to start": () => `echo evil >>"$HOME/.bashrc"`,
  "adds a key of its own": () => `echo mine >"$HOME/.ssh/authorized_keys"`,
  "reads another worktree": ({ other }) => `cat '${other}/a.txt'`,
  "writes into another worktree": ({ other }) => `echo evil >'${other}/a.txt'`,
  "writes into the user's checkout": ({ top }) => `echo evil >'${top}/a.txt'`,
  "installs a hook": ({ top }) => `mkdir -p '${top}/.git/hooks' && echo evil >'${top}/.git/hooks/pre-commit'`,
  "changes git's configuration": () => "git config core.fsmonitor ./evil",
  "moves a branch": () => "git update-ref refs/heads/main HEAD && git branch evil",
  "stands on another branch": () => "git symbolic-ref HEAD refs/heads/main",
  "leads git outside to another repository": ({ gitDir }) => `echo /tmp/evil >'${gitDir}/commondir'`,
  "leads git in the worktree to another repository": () => "echo 'gitdir: /tmp/evil' >.git",
  "gives git outside settings by the worktree": ({ gitDir }) => `echo evil >'${gitDir}/config.worktree'`,
  "looks through another process": ({ home }) => `cat "/proc/$OUTSIDE/root${home}/.ssh/id_ed25519"`,
  "reads another process's environment": () => `tr '\\0' '\\n' <"/proc/$OUTSIDE/environ" | grep PATH`,
  "speaks to a daemon by its socket in the home": ({ home }) => connect(join(home, ".docker/run/docker.sock")),
  "speaks to a daemon by a socket nobody knows": ({ home }) => connect(join(home, "odd/daemon.sock")),
  "speaks to the user's session": ({ runtime }) => connect(join(runtime, "agent.sock")),
  "kills a process of the user's": () => `kill -9 $OUTSIDE`,
};

const connect = (path: string): string =>
  `'${process.execPath}' -e 'require("node:net").connect(process.argv[1]).on("connect", () => process.exit(0)).on("error", () => process.exit(1))' '${path}'`;

function listen(path: string, over: (end: () => void) => void): void {
  if (path.startsWith("/")) mkdirSync(dirname(path), { recursive: true });
  const server = createServer((socket) => socket.end());
  server.listen(path);
  over(() => void server.close());
}

describe.skipIf(noSandbox !== null)(`behind the wall${because(noSandbox)}`, () => {
  describe("nobody", () => {
    const shared: { place: WalledPlace | null; outside: number } = { place: null, outside: 0 };
    beforeAll(async () => {
      const place = walledPlace("a place", afterAll);
      for (const path of [".docker/run/docker.sock", "odd/daemon.sock"]) listen(join(place.home, path), afterAll);
      listen(join(place.runtime, "agent.sock"), afterAll);
      await until("the daemons", () => existsSync(join(place.runtime, "agent.sock")));
      const outside = spawn("sleep", ["1000"], { stdio: "ignore" });
      afterAll(() => void outside.kill("SIGKILL"));
      Object.assign(shared, { place, outside: outside.pid });
    });

    // In one place, one after the other: what they do outside of the wall is no way in for those that follow.
    test.for(Object.entries(escapes))("%s", async ([, escape]) => {
      const { place, outside } = shared;
      assert(place !== null, "a place");
      const command = `OUTSIDE=${outside}; ${escape(place)}`;
      expect(await place.run(command, place.enclose())).toMatchObject({ ok: false, sandbox: { kind: "bubblewrap" } });
      // It comes through without: else the test would show nothing.
      expect(await place.run(command, null)).toMatchObject({ ok: true, why: "" });
    });
  });

  test("nobody breaks objects of the repository, or lends it others", async () => {
    const place = walledPlace();
    const objects = `'${place.top}/.git/objects'`;
    const tries = `rm -rf ${objects}/?? ${objects}/pack; mkdir -p ${objects}/info; echo /tmp/evil >${objects}/info/alternates; rm -rf /run/repository-objects/*`;
    await place.run(tries, place.enclose());
    expect(place.git(place.top, "fsck")).toBe("");
    expect(existsSync(join(place.top, ".git/objects/info/alternates"))).toBe(false);
  });

  test("an agent changes no settings of its own, and another's not at all", async () => {
    const place = walledPlace();
    const settings = join(place.home, ".claude/settings.json");
    const agent = { write: [dirname(settings)], settings: [settings] };
    const write = `echo '{"hooks": 1}' >'${settings}'`;
    expect((await place.run(`echo a session >'${dirname(settings)}/session'`, place.enclose({}, agent))).ok).toBe(true);
    expect(readFileSync(join(dirname(settings), "session"), "utf8")).toBe("a session\n");
    for (const command of [write, `mv '${settings}' '${settings}.old'`])
      expect((await place.run(command, place.enclose({}, agent))).ok).toBe(false);
    expect((await place.run(`cat '${settings}'`, place.enclose())).ok).toBe(false);
    expect((await place.run(write, null)).ok).toBe(true);
  });

  test("a socket without a path is out of reach with the network off", async () => {
    const place = walledPlace();
    const name = `\\0${place.root}`;
    listen(`\0${place.root}`, onTestFinished);
    const command = connect("").replace("process.argv[1]", `"${name}"`);
    expect((await place.run(command, null)).ok).toBe(true);
    expect((await place.run(command, place.enclose({ network: "off" }))).ok).toBe(false);
  });

  test("nothing of it outlives it", async () => {
    const place = walledPlace();
    const mark = join(place.root, "runs-on");
    const daemon = `bash -c "setsid bash -c 'exec -a \\"${mark}\\" sleep 1000' >/dev/null 2>&1 & sleep 0.2"`;
    const running = (): number[] =>
      readProcessTable().flatMap(({ pid }) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith(mark) ? [pid] : [];
        } catch {
          return [];
        }
      });
    await place.run(daemon, place.enclose());
    await until("its end", () => running().length === 0);
    await place.run(daemon, null);
    const left = running();
    for (const pid of left) process.kill(pid, "SIGKILL");
    expect(left).not.toEqual([]);
  });

  test("the wall is not taken down from inside", async () => {
    const place = walledPlace();
    const key = `"$HOME/.ssh/id_ed25519"`;
    const ways = [
      `umount "$HOME/.ssh"; cat ${key}`,
      `unshare --map-root-user --mount sh -c 'umount "$HOME/.ssh"; cat ${key}'`,
      `mount -o remount,rw / && echo evil >>"$HOME/.bashrc"`,
      `unshare --map-root-user --mount sh -c 'mount -o remount,rw,bind "$HOME" && echo evil >>"$HOME/.bashrc"'`,
      `cat "/proc/1/root$HOME/.ssh/id_ed25519"`,
      `mknod disk b 8 0 && head -c 1 disk`,
    ];
    const came: string[] = [];
    for (const way of ways) if ((await place.run(way, place.enclose())).ok) came.push(way);
    expect(came).toEqual([]);
  });

  test("a program is started by links over folders that are hidden", async () => {
    const place = walledPlace();
    const [real, hop, link] = ["real/program", "hop/program", "bin/program"].map((name) => join(place.root, name));
    assert(real !== undefined && hop !== undefined && link !== undefined);
    place.write(real, "#!/bin/sh\necho started\n");
    chmodSync(real, 0o755);
    for (const [at, to] of [
      [hop, real],
      [link, hop],
    ] as const) {
      mkdirSync(dirname(at), { recursive: true });
      symlinkSync(to, at);
    }
    const wall = await place.enclose()({
      workdir: place.worktree,
      temporary: join(place.root, "temporary"),
      visible: namedPlaces([link]),
      agent: noPlaces,
      path: `${dirname(link)}:${process.env["PATH"] ?? ""}`,
    });
    mkdirSync(join(place.root, "temporary"));
    const [program = "", ...args] = wall.wrap([link]);
    expect(execFileSync(program, args, { encoding: "utf8" })).toBe("started\n");
  });

  test("work goes on as without it", async () => {
    const place = walledPlace("a ' place");
    place.write(join(place.home, ".local/bin/tool"), "#!/bin/sh\necho from the home\n");
    symlinkSync(place.home, join(place.root, "link"));
    const quoted = place.home.replaceAll("'", `'\\''`);
    const did = await place.run(
      [
        "set -e",
        "echo two >a.txt && git add a.txt && git diff --cached --stat && git log --oneline",
        `sh "$HOME/.local/bin/tool"`,
        `echo mine >/tmp/x && echo mine >"$TMPDIR/x" && echo mine >"$HOME/.cache/x"`,
        `cat '${quoted}/project/a.txt' && git -C '${quoted}/project' log -1 --format=%s`,
        "exit 7",
      ].join("\n"),
      place.enclose(),
    );
    expect(did).toMatchObject({ ok: false, why: "exit code 7", sandbox: { kind: "bubblewrap" } });
    expect(did.output).toContain("a.txt | 2 +-");
    expect(did.output).toContain("from the home\none\nstart\n");
    expect(readFileSync(join(place.worktree, "a.txt"), "utf8")).toBe("two\n");
    expect(existsSync(join(place.home, ".cache/x"))).toBe(false);
    // What the settings name is written and read.
    const named = { write: ["~/.local"], read: ["~/.ssh"] };
    const open = await place.run(`cat "$HOME/.ssh/id_ed25519" && echo >"$HOME/.local/new"`, place.enclose(named));
    expect(open).toMatchObject({ ok: true });
    expect(existsSync(join(place.home, ".local/new"))).toBe(true);
  });
});

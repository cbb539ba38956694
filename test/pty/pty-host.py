"""A terminal with a small shell in it. Commands come as JSON lines on standard input, what happens goes as JSON lines to standard output."""
import base64, fcntl, json, os, pty, select, signal, struct, sys, termios, threading, time

first = json.loads(sys.stdin.readline())
master, slave = pty.openpty()


def set_size(columns, rows):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def settings():
    flags = termios.tcgetattr(slave)
    return [flags[0], flags[1], flags[2], flags[3]]


def tell(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


set_size(first["columns"], first["rows"])
before = settings()
to_shell, shell_in = os.pipe()
shell_out, from_shell = os.pipe()

shell = os.fork()
if shell == 0:
    # The shell: leader of the session, with one job in a process group of its own. It never touches the line settings.
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.close(master)
    job = os.fork()
    if job == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(slave, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        for fd in (0, 1, 2):
            os.dup2(slave, fd)
        os.closerange(3, 64)
        os.execvpe(first["argv"][0], first["argv"], first["env"])
    os.write(from_shell, f"job {job}\n".encode())
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            os.tcsetpgrp(slave, os.getpid())
            os.write(from_shell, b"stopped 0\n")
            os.read(to_shell, 1)
            os.tcsetpgrp(slave, job)
            os.kill(-job, signal.SIGCONT)
        else:
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
            os.write(from_shell, f"exit {code}\n".encode())
            break
    os.read(to_shell, 1)
    os._exit(0)

os.close(from_shell)
os.close(to_shell)


# Until then nobody reads what the job writes.
reads_from = 0


def pump():
    # One thread reads both, so that the end of the job comes after all it wrote.
    lines = b""
    while True:
        ready, _, _ = select.select([master, shell_out], [], [])
        if master in ready:
            while time.monotonic() < reads_from:
                time.sleep(0.01)
            tell(out=base64.b64encode(os.read(master, 65536)).decode())
            continue
        data = os.read(shell_out, 4096)
        if not data:
            return
        lines += data
        while b"\n" in lines:
            line, lines = lines.split(b"\n", 1)
            kind, value = line.decode().split()
            tell(**{kind: int(value)})


threading.Thread(target=pump, daemon=True).start()
for line in sys.stdin:
    what = json.loads(line)
    if "send" in what:
        data = what["send"].encode()
        while data:
            data = data[os.write(master, data):]
    elif "resize" in what:
        set_size(*what["resize"])
    elif "stall" in what:
        reads_from = time.monotonic() + what["stall"]
    elif "settings" in what:
        tell(settings=settings() == before)
    elif "continue" in what:
        os.write(shell_in, b"c")
os.kill(shell, signal.SIGKILL)

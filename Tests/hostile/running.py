"""Runs the built tools under limits, several at once, and says what they did."""
import concurrent.futures
import os
import signal
import subprocess
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(os.path.dirname(HERE))
WORKERS = max(2, os.cpu_count() or 2)
# Seconds by the clock after which a program is killed, whatever it waits for.
OVERDUE = 60


class Outcome:
    """How a program ended, what it wrote, the bytes of memory it had at most."""

    def __init__(self, arguments, code, output, errors, peak, overdue):
        self.arguments, self.code, self.output, self.errors = arguments, code, output, errors
        self.peak, self.overdue = peak, overdue

    @property
    def lines(self):
        return self.errors.decode("utf-8", "replace").splitlines()

    def __str__(self):
        return "%s: code %d%s, errors %r" % (
            " ".join(self.arguments), self.code, ", overdue" if self.overdue else "",
            self.errors[-600:].decode("utf-8", "replace"))


def end(process):
    """Kills a process. Popen.kill would first ask how it is, and take its status from who waits for it."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        pass


def run(arguments, folder=None, environment=None, limits=(), output=None, kill_after=None):
    """Runs a program to its end.

    limits: arguments of the shell's ulimit, such as "-t 5"; output: a file for standard output, which is kept in memory
    without it; kill_after: seconds until SIGKILL.
    """
    # Swift's own account of a crash takes seconds.
    variables = dict(os.environ, LC_ALL="C", SWIFT_BACKTRACE="enable=no", **(environment or {}))
    command = list(arguments)
    if limits:
        command = ["/bin/sh", "-c", "".join("ulimit %s; " % one for one in limits) + 'exec "$@"', "sh"] + command
    with tempfile.TemporaryFile() as errors, (open(output, "wb") if output else tempfile.TemporaryFile()) as out:
        process = subprocess.Popen(
            command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=errors)
        timer = threading.Timer(OVERDUE if kill_after is None else kill_after, end, [process.pid])
        begin = time.monotonic()
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        kept = b""
        if not output:
            out.seek(0)
            kept = out.read()
        errors.seek(0)
        return Outcome(
            list(arguments), process.returncode, kept, errors.read(), usage.ru_maxrss * 1024,
            time.monotonic() - begin > OVERDUE)


def at_once(function, items):
    """The results of a function for many items, in their order; several are worked on at once."""
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(function, items))

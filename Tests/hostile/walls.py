"""Takes from the tools what holds the process that reads for them, as an old system has it: walls.py

The calls that build a wall are refused by a filter of system calls. Then files must still be read, damaged ones still be
refused, and --verbose must say what is missing. The tools are on the PATH. What fails is printed; the exit code is
then 1.
"""
import ctypes
import os
import platform
import struct
import sys

from running import PACKAGE, run

# Numbers of system calls, by machine.
SECCOMP = {"x86_64": 317, "aarch64": 277}
PRCTL = {"x86_64": 157, "aarch64": 167}
LANDLOCK_CREATE_RULESET = 444
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
ENOSYS = 38

MISSING = {
    "landlock": "this system has no Landlock",
    "seccomp": "this system has no seccomp",
}


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("<HBBI", code, if_true, if_false, value)


def program(refused):
    """Berkeley packet filter: the calls that are named do not exist."""
    load, equal, give = 0x20, 0x15, 0x06
    allow, deny = instruction(give, 0x7FFF0000), instruction(give, 0x00050000 | ENOSYS)
    lines = [instruction(load, 0)]
    if "landlock" in refused:
        lines += [instruction(equal, LANDLOCK_CREATE_RULESET, 0, 1), deny]
    if "seccomp" in refused:
        machine = platform.machine()
        lines += [instruction(equal, SECCOMP[machine], 0, 1), deny]
        # prctl only where its first argument says so.
        lines += [instruction(equal, PRCTL[machine], 0, 3), instruction(load, 16),
                  instruction(equal, PR_SET_SECCOMP, 0, 1), deny]
    return b"".join(lines + [allow])


def without(refused, command):
    """Becomes a command under the filter."""
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program(refused))
    filters = ctypes.create_string_buffer(struct.pack("@HxxxxxxP", (len(code) - 1) // 8, ctypes.addressof(code)))
    for arguments in [(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filters, 0, 0)]:
        if libc.prctl(*arguments) != 0:
            sys.exit("no filter here: %s" % os.strerror(ctypes.get_errno()))
    os.execvp(command[0], command)


def main():
    if sys.argv[1:2] == ["without"]:
        without(sys.argv[2].split(","), sys.argv[3:])
    if not sys.platform.startswith("linux") or platform.machine() not in SECCOMP:
        print("skipped: this is for Linux on x86-64 and arm64")
        return
    good = os.path.join(PACKAGE, "Formats/h5/golden/coursera.h5")
    crashing = os.path.join(PACKAGE, "Formats/h5/crashing/signal.nc")
    here = run(["reg-inspect", "--verbose", "--stats", good])
    problems = [] if here.code == 0 else [str(here)]
    told = {name for name, sentence in MISSING.items() if sentence in here.errors.decode()}
    if told:
        print("skipped: here is no %s" % ", ".join(sorted(told)))
    for refused in [["landlock"], ["seccomp"], ["landlock", "seccomp"]]:
        prefix = [sys.executable, os.path.abspath(__file__), "without", ",".join(refused)]
        outcome = run(prefix + ["reg-inspect", "--verbose", "--stats", good])
        said = outcome.errors.decode()
        if outcome.code != 0 or outcome.output != here.output or len(outcome.lines) != 1:
            problems.append("without %s: %s" % (refused, outcome))
        for name, sentence in MISSING.items():
            if (sentence in said) != (name in refused or name in told):
                problems.append("without %s: what is said of %s is not so: %s" % (refused, name, outcome))
        quiet = run(prefix + ["reg-inspect", "--stats", good])
        if quiet.code != 0 or quiet.errors:
            problems.append("without %s and --verbose: %s" % (refused, quiet))
        outcome = run(prefix + ["reg-inspect", crashing])
        if outcome.code != 65 or len(outcome.lines) != 1 or "crashed" not in outcome.lines[0]:
            problems.append("without %s: %s" % (refused, outcome))
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

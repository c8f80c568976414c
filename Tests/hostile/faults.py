"""Lets every call that writes fail, of every tool and format, and looks whether anything is lost: faults.py [PARTS]

PARTS are words of: calls, limits, disk, kills; all of them without an argument. The tools and make-field are on the
PATH. REG_FAULTS is the number of faults of one kind in one command (12; 0 for all), REG_KILLS that of kills at random
moments (20). What fails is printed; the exit code is then 1. What cannot be done on this machine is said in a line that
begins with "skipped".
"""
import errno
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

from running import HERE, at_once, run

KINDS = ["write", "fsync", "close", "rename", "ftruncate", "mmap", "create"]
TEMPORARY = re.compile(r"\.[^/]*\.\d+-\d+\.tmp|\.[^/]*\.lock")
OLD = b"the old file\n"
FORMATS = {
    "mat5": "a.mat", "mat4": "a4.mat", "mat73": "a73.mat", "h5": "a.h5", "npz": "a.npz", "npy": "x.npy",
    "safetensors": "a.safetensors", "csv": "x.csv", "tsv": "x.tsv", "svmlight": "xy.svm", "caffe-data": "caffe.h5"}
NETWORKS = {
    "parameters": "p.h5", "keras": "m.keras", "keras-h5": "k.h5", "keras-weights": "m.weights.h5",
    "safetensors": "m.safetensors", "safetensors-paddle": "mp.safetensors", "onnx": "m.onnx",
    "caffe": "m.caffemodel.h5", "matlab-theta": "theta.mat"}
COMPANIONS = {"m.caffemodel.h5": ["m.prototxt"], "caffe.h5": ["caffe.txt"]}
# Faults of one kind in one command; 0 for all. Where there are more calls the first, the last and some between fail.
MOST = int(os.environ.get("REG_FAULTS", "12"))


class Command:
    """A command line, the files that it writes and how it goes on after it was killed."""

    def __init__(self, arguments, targets=(), old=OLD, again=None, stdout=False):
        self.arguments, self.targets, self.again, self.stdout = arguments, list(targets), again or arguments, stdout
        self.old = {name: old for name in self.targets if old is not None}
        # A companion that is not of the same program is not replaced.
        for name in self.targets[1:]:
            if name in [companion for names in COMPANIONS.values() for companion in names]:
                del self.old[name]

    def __str__(self):
        return " ".join(self.arguments)


def commands(data):
    """Every tool with every format that it writes."""
    mat, train, model, theta = (
        os.path.join(data, name) for name in ["field.mat", "train.csv", "model.h5", "sigmoid.h5"])
    result = []
    for name, path in FORMATS.items():
        source, options = mat, []
        if name == "npy":
            options = ["--arrays", "X"]
        elif name in ("csv", "tsv"):
            options = ["--arrays", "X,y"]
        elif name == "svmlight":
            options = ["--arrays", "X,y"]
        elif name == "caffe-data":
            options = ["--arrays", "X,y", "--rename", "X=data", "--rename", "y=label"]
        files = [path] + COMPANIONS.get(path, [])
        result.append(Command(["reg-convert", "--quiet", source, path, "--to", name] + options, files))
        if name in ("csv", "tsv", "svmlight"):
            packed = path + ".gz"
            result.append(Command(["reg-convert", "--quiet", source, packed, "--to", name] + options, [packed]))
        if name != "caffe-data":
            result.append(Command(["reg-convert", "--quiet", source, "-", "--to", name] + options, stdout=True))
    for name, path in NETWORKS.items():
        files = [path] + COMPANIONS.get(path, [])
        network = theta if name == "matlab-theta" else model
        result.append(Command(["reg-convert", "--quiet", "--model", network, path, "--to", name], files))
        if name != "caffe":
            result.append(Command(["reg-convert", "--quiet", "--model", network, "-", "--to", name], stdout=True))
    coreml = ["reg-convert", "--quiet", "--model", "--type", "float32", "--allow-loss", model]
    result.append(Command(coreml + ["m.mlmodel"], ["m.mlmodel"]))
    # More than 32 MiB of arrays are written by the HDF5 library itself.
    large = os.path.join(data, "large.npy")
    for path in ["large.h5", "large.mat"]:
        form = ["--to", "mat73"] if path == "large.mat" else []
        result.append(Command(["reg-convert", "--quiet", large, path] + form, [path]))
    result.append(Command(["reg-convert", "--quiet", large, "-", "--to", "h5"], stdout=True))

    training = ["reg-train", mat, "--quiet", "--iterations", "30", "--report-every", "0", "--threads", "1"]
    result.append(Command(training, stdout=True))
    result.append(Command(training + ["-o", "-"], stdout=True))
    for path in ["m.h5", "m.keras", "m.npz", "m.mat", "m.onnx", "m.caffemodel.h5"]:
        result.append(Command(training + ["-o", path], [path] + COMPANIONS.get(path, [])))
    # Not quiet: a checkpoint that could not be written is a warning when a later one could.
    checkpoint = [word for word in training if word != "--quiet"] + ["--checkpoint-every", "10"]
    result.append(Command(
        checkpoint + ["--checkpoint", "c.h5"], ["c.h5"], old=None, again=checkpoint + ["--resume", "c.h5"]))
    # A finished checkpoint is replaced by that of another training.
    with open(os.path.join(data, "c.h5"), "rb") as file:
        result.append(Command(
            checkpoint + ["--checkpoint", "c.h5"], ["c.h5"], old=file.read(), again=checkpoint + ["--resume", "c.h5"]))

    predicting = ["reg-predict", "--quiet", "-m", model, train, "--features", "x1,x2", "--threads", "1"]
    result.append(Command(predicting, stdout=True))
    for path in ["p.csv", "p.csv.gz", "p.tsv", "p.npz", "p.h5", "p.mat"]:
        result.append(Command(predicting + ["-o", path], [path]))
    rejecting = predicting[:4] + [os.path.join(data, "ragged.csv")] + predicting[5:]
    result.append(Command(rejecting + ["-o", "p.csv", "--reject", "r.csv"], ["p.csv", "r.csv"]))
    result.append(Command(predicting + ["--labels", "kick", "--only-predictions"], stdout=True))

    tuning = ["reg-tune", mat, "--quiet", "--iterations", "20", "--threads", "1", "--lambda", "0,0.1"]
    tuning += ["--keep-prob", "1", "--format", "csv"]
    result.append(Command(tuning, stdout=True))
    result.append(Command(tuning + ["-o", "best.h5"], ["best.h5"]))
    result.append(Command(tuning + ["--plot", "p.svg"], ["p.svg"]))
    result.append(Command(tuning + ["--journal", "j.jsonl"], ["j.jsonl"], old=None))
    result.append(Command(["reg-inspect", "--stats", mat], stdout=True))
    result.append(Command(["reg-inspect", "--format", "json", model], stdout=True))
    result.append(Command(["reg-inspect", "--values", "X", mat], stdout=True))
    result.append(Command(["reg-inspect", "--formats"], stdout=True))
    for tool in ["reg-train", "reg-predict", "reg-tune", "reg-inspect", "reg-convert"]:
        result.append(Command([tool, "--help"], stdout=True))
    return result


def prepare(data):
    """What the commands read."""
    subprocess.run(["make-field", data], check=True, stdout=subprocess.DEVNULL)
    quiet = ["--quiet", "--iterations", "20", "--report-every", "0"]
    for arguments in [
            ["train.csv", "-o", "model.h5"], ["train.csv", "--activation", "sigmoid", "-o", "sigmoid.h5"],
            ["field.mat", "--lambda", "0.3", "--checkpoint", "c.h5"]]:
        subprocess.run(["reg-train"] + arguments + quiet, cwd=data, check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(data, "train.csv")) as file:
        rows = file.read().splitlines()
    with open(os.path.join(data, "ragged.csv"), "w") as file:
        file.write("\n".join(rows[:20] + ["1", "2,x,3"] + rows[20:]) + "\n")
    with open(os.path.join(data, "many.csv"), "w") as file:
        file.write("a,b,c\n" + "".join("%d.25,-0.125,%d\n" % (row, row % 7) for row in range(30_000)))
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, 4), }" % (36 << 15)
    header += " " * (-(len(header) + 11) % 64) + "\n"
    with open(os.path.join(data, "large.npy"), "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
        file.write(bytes(range(256)) * ((36 << 20) // 256))


class Trial:
    """A folder with the old files, in which a command runs."""

    def __init__(self, root, command):
        self.command = command
        self.folder = tempfile.mkdtemp(dir=root)
        for name, content in command.old.items():
            with open(os.path.join(self.folder, name), "wb") as file:
                file.write(content)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def run(self, environment=None, arguments=None, **options):
        return run(arguments or self.command.arguments, folder=self.folder, environment=environment, **options)

    def content(self, name):
        try:
            with open(os.path.join(self.folder, name), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def contents(self):
        return {name: self.content(name) for name in self.command.targets}

    def others(self):
        return [name for name in sorted(os.listdir(self.folder)) if name not in self.command.targets]


class Baseline:
    """What a command writes when nothing fails, and the calls that it makes."""

    def __init__(self, root, library, command):
        self.root, self.library, self.command = root, library, command
        log = tempfile.mktemp(dir=root)
        environment = {"LD_PRELOAD": library, "FAULT_CALL": "all", "FAULT_LOG": log}
        if command.stdout:
            environment["FAULT_STDOUT"] = "1"
        begin = time.monotonic()
        with Trial(root, command) as trial:
            self.outcome = trial.run(environment if library else None)
            self.seconds = time.monotonic() - begin
            self.new = trial.contents()
            self.left = trial.others()
        self.old = {name: command.old.get(name) for name in command.targets}
        self.calls = {}
        if os.path.exists(log):
            with open(log) as file:
                for line in file:
                    kind = line.split()[1]
                    self.calls[kind] = self.calls.get(kind, 0) + 1
            os.remove(log)

    def problems(self):
        if self.outcome.code != 0 or self.left or None in self.new.values():
            return ["without a fault: %s, left %s" % (self.outcome, self.left)]
        if self.library and not self.calls:
            return ["%s: no call is counted" % self.command]
        return []

    def trials(self):
        """Every fault: the kind of the call, its number, what happens to it."""
        for kind in KINDS:
            for k in chosen(self.calls.get(kind, 0)):
                for way in ways(kind):
                    # A killed process loses no part of standard output that matters: it is told by its end.
                    if not (self.command.stdout and way == "kill"):
                        yield self, kind, k, way


def chosen(count):
    """Which of so many calls fail."""
    if MOST == 0 or count <= MOST:
        return range(1, count + 1)
    third = MOST // 3
    between = random.Random(count).sample(range(third + 1, count - third + 1), MOST - 2 * third)
    return sorted(list(range(1, third + 1)) + between + list(range(count - third + 1, count + 1)))


def ways(kind):
    return {"write": ["ENOSPC", "EIO", "short", "kill"], "fsync": ["EIO", "kill"], "close": ["EIO", "kill"],
            "rename": ["EIO", "kill"], "create": ["ENOSPC", "kill"]}.get(kind, ["EIO", "kill"])


def fault(job):
    """Runs a command with one fault; the problems that it showed, and whether the fault was met."""
    baseline, kind, k, way = job
    command = baseline.command
    log = tempfile.mktemp(dir=baseline.root)
    number = {"EIO": errno.EIO}.get(way, errno.ENOSPC)
    environment = {"LD_PRELOAD": baseline.library, "FAULT_CALL": kind, "FAULT_K": str(k), "FAULT_LOG": log,
                   "FAULT_ERRNO": str(number)}
    environment.update({"kill": {"FAULT_KILL": "1"}, "short": {"FAULT_SHORT": "1"}}.get(way, {}))
    if command.stdout:
        environment["FAULT_STDOUT"] = "1"
    with Trial(baseline.root, command) as trial:
        outcome = trial.run(environment)
        fired = fired_at(log)
        if not fired:
            return [], False
        what = "%s %d of %s (%s): " % (kind, k, fired[1], way)
        check = killed if way == "kill" else failed
        return [what + problem for problem in check(trial, baseline, outcome, kind, fired, number)], True


def fired_at(log):
    """The size and the name of the first file whose call failed."""
    if not os.path.exists(log):
        return None
    with open(log) as file:
        fired = [line.rstrip("\n").split(" ", 4)[3:] for line in file if line.startswith("fired ")]
    os.remove(log)
    return (int(fired[0][0]), fired[0][1]) if fired else None


def failed(trial, baseline, outcome, kind, fired, number):
    """What is wrong after a call has failed."""
    command, contents, problems = trial.command, trial.contents(), []
    if trial.others():
        problems.append("left %s" % trial.others())
    reason = os.strerror(number).lower()
    if outcome.code == 0:
        # Nothing may be lost without a word but a lock, and an empty file that only asked whether there can be one.
        told = any("warning: " in line and reason in line.lower() for line in outcome.lines)
        # Each line of a journal was flushed to the disk.
        harmless = ".lock" in fired[1] or (kind == "close" and (fired[0] == 0 or "--journal" in command.arguments))
        # The lines of a journal say how long a training took.
        same = contents == baseline.new or "--journal" in command.arguments
        if not same or not (told or harmless):
            problems.append("ended with 0: %s" % outcome)
        return problems
    if outcome.code not in (73, 74):
        return problems + [str(outcome)]
    names = command.targets if not command.stdout else ["standard output"]
    last = outcome.lines[-1] if outcome.lines else ""
    if not (reason in last.lower() and any(last.startswith(name + ": ") for name in names)):
        problems.append("does not name file and reason: %s" % outcome)
    # A folder that cannot be flushed, and the second of two renamings, come when the first file is in its place.
    late = os.path.basename(fired[1]) == os.path.basename(trial.folder) or (kind == "rename" and len(contents) > 1)
    # What a journal and a checkpoint hold is true at any time.
    grows = "--journal" in command.arguments or "--checkpoint" in command.arguments
    for name, content in contents.items():
        allowed = [baseline.old[name]] + ([baseline.new[name]] if late else [])
        if content not in allowed and not grows:
            problems.append("%s is not the old file: %s" % (name, outcome))
    if grows:
        problems += goes_on(trial, baseline)
    return problems


def killed(trial, baseline, outcome, kind, fired, number):
    """What is wrong after a kill."""
    problems = []
    grows = "--journal" in trial.command.arguments or "--checkpoint" in trial.command.arguments
    for name, content in trial.contents().items():
        if content not in (baseline.old[name], baseline.new[name]) and not grows:
            problems.append("%s is neither old nor new" % name)
    problems += ["left %s" % name for name in trial.others() if not TEMPORARY.fullmatch(name)]
    return problems + goes_on(trial, baseline)


def goes_on(trial, baseline):
    """What is wrong with the next run, an hour later."""
    for name in trial.others():
        os.utime(os.path.join(trial.folder, name), (1, 1))
    arguments = trial.command.again
    # A checkpoint that was never written, or is still the old one, is begun anew.
    if "--resume" in arguments and trial.contents() == baseline.old:
        arguments = trial.command.arguments
    outcome = trial.run(arguments=arguments)
    if outcome.code != 0:
        return ["the next run: %s" % outcome]
    problems = ["the next run left %s" % trial.others()] if trial.others() else []
    if "--journal" not in arguments and trial.contents() != baseline.new:
        problems.append("the next run wrote something else")
    return problems


def calls(root, data, library):
    baselines = at_once(lambda command: Baseline(root, library, command), commands(data))
    problems = [problem for baseline in baselines for problem in baseline.problems()]
    results = at_once(fault, [trial for baseline in baselines for trial in baseline.trials()])
    fired = sum(hit for _, hit in results)
    print("calls: %d faults in %d commands" % (fired, len(baselines)))
    return problems + [problem for found, _ in results for problem in found]


def writing(data):
    """Commands with one file each, of more than a few bytes."""
    many, model = os.path.join(data, "many.csv"), os.path.join(data, "model.h5")
    result = [Command(["reg-convert", "--quiet", many, path, "--to", kind], [path]) for kind, path in [
        ("mat5", "a.mat"), ("mat4", "a4.mat"), ("mat73", "a73.mat"), ("h5", "a.h5"), ("npz", "a.npz"), ("npy", "a.npy"),
        ("safetensors", "a.safetensors"), ("tsv", "a.tsv"), ("tsv", "a.tsv.gz")]]
    predicting = ["reg-predict", "--quiet", "-m", model, many, "--features", "1,2", "-o"]
    return result + [Command(predicting + [path], [path]) for path in ["p.csv", "p.csv.gz", "p.npz", "p.h5"]]


def refused(outcome, trial, baseline, reasons):
    """What is wrong with a command that could not write its file: neither the new file nor one sentence."""
    contents, problems = trial.contents(), []
    if trial.others():
        problems.append("left %s" % trial.others())
    if outcome.code == 0:
        return problems + ([] if contents == baseline.new else ["ended with 0: %s" % outcome])
    if contents != baseline.old:
        problems.append("the old file is lost: %s" % outcome)
    name = trial.command.targets[0]
    if outcome.code not in (73, 74) or len(outcome.lines) != 1 or not outcome.lines[0].startswith(name + ": "):
        problems.append(str(outcome))
    elif not any(reason in outcome.lines[0].lower() for reason in reasons):
        problems.append("another reason: %s" % outcome)
    return problems


def limited(job):
    """Files may have so many blocks of 512 bytes: a write fails half-way, with a signal where it is not ignored."""
    baseline, blocks = job
    with Trial(baseline.root, baseline.command) as trial:
        outcome = trial.run(limits=["-f %d" % blocks, "-c 0"])
        return ["ulimit -f %d: %s" % (blocks, problem)
                for problem in refused(outcome, trial, baseline, ["file too large"])]


def starved(job):
    """The process may have so much address space: the right file, or a word and the old one."""
    baseline, size = job
    with Trial(baseline.root, baseline.command) as trial:
        outcome = trial.run(limits=["-v %d" % size, "-c 0"])
        contents = trial.contents()
        # Swift's own arrays cannot be asked whether there is memory for them: the runtime says it and aborts, or has no
        # room even for the words and its own stack trace. What is left of the output is what a kill leaves. The loader
        # says by itself that it has no room.
        aborted = outcome.code in (-6, -11)
        left = [name for name in trial.others() if not (aborted and TEMPORARY.fullmatch(name))]
        problems = ["left %s" % left] if left else []
        if contents != (baseline.new if outcome.code == 0 else baseline.old):
            problems.append("neither old nor new: %s" % outcome)
        if outcome.overdue or not (outcome.code in (0, 65, 73, 74, 127) or aborted):
            problems.append(str(outcome))
        elif outcome.code in (65, 73, 74) and len(outcome.lines) != 1:
            problems.append(str(outcome))
        return aborted, ["ulimit -v %d: %s" % (size, problem) for problem in problems]


def limits(root, data):
    baselines = at_once(lambda command: Baseline(root, None, command), writing(data))
    problems = [problem for baseline in baselines for problem in baseline.problems()]
    sizes = {baseline: max(len(content) for content in baseline.new.values()) // 512 for baseline in baselines}
    files = [(baseline, blocks) for baseline in baselines
             for blocks in sorted({1, 8, sizes[baseline] // 2, sizes[baseline]})]
    spaces = [(baseline, size << 10) for baseline in baselines[::3]
              for size in (30, 52, 56, 58, 60, 62, 64, 66, 68, 70, 72, 76, 80, 90, 120)]
    found, starvations = at_once(limited, files), at_once(starved, spaces)
    aborts = sum(aborted for aborted, _ in starvations)
    print("limits: %d of files; %d of memory, %d aborted" % (len(files), len(spaces), aborts))
    return problems + [problem for part in found + [part for _, part in starvations] for problem in part]


def disk(root, data):
    """Small file systems of our own: full ones, and one that cannot be written to."""
    baselines = at_once(lambda command: Baseline(root, None, command), writing(data))
    problems, count = [problem for baseline in baselines for problem in baseline.problems()], 0
    for baseline in baselines:
        size = max(len(content) for content in baseline.new.values())
        for options, reasons in [
                ("size=8k", ["no space left"]), ("size=%d" % max(8192, size // 2 // 4096 * 4096), ["no space left"]),
                ("size=64k,nr_inodes=2", ["no space left"]), ("ro", ["read-only"])]:
            with Trial(root, baseline.command) as trial:
                # The old file is there before the file system is made read-only.
                first, later = (("size=64k", 'mount -o remount,ro "$0"') if options == "ro" else (options, ":"))
                name = baseline.command.targets[0]
                outcome, count = mounted(trial, name, first, later), count + 1
                problems += ["%s: %s" % (options, problem) for problem in refused(outcome, trial, baseline, reasons)]
    print("disk: %d file systems" % count)
    return problems


def mounted(trial, name, options, later):
    """Runs the command on a file system of its own, and brings what is left there back into the folder."""
    script = ('cp "$1" "$0.old" && mount -t tmpfs -o "$2" tmpfs "$0" && cp "$0.old" "$0/$1" && %s || exit 99; '
              'cd "$0" && shift 2 && "$@"; code=$?; mkdir "$0.new" && cp -a "$0/." "$0.new/"; exit $code' % later)
    outcome = run(["unshare", "-m", "sh", "-c", script, trial.folder, name, options] + trial.command.arguments,
                  folder=trial.folder)
    os.remove(trial.folder + ".old")
    if os.path.isdir(trial.folder + ".new"):
        shutil.rmtree(trial.folder)
        os.rename(trial.folder + ".new", trial.folder)
    return outcome


def kills(root, data):
    """Kills at random moments while files of some megabytes are written."""
    count, chance = int(os.environ.get("REG_KILLS", "20")), random.Random()
    large = os.path.join(data, "large.npy")
    jobs = [Command(["reg-convert", "--quiet", large, path, "--to", kind], [path]) for kind, path in [
        ("h5", "a.h5"), ("npz", "a.npz"), ("mat5", "a.mat"), ("safetensors", "a.safetensors"), ("mat73", "b.mat")]]
    problems, moments = [], []
    for command in jobs:
        baseline = Baseline(root, None, command)
        problems += baseline.problems()
        for _ in range(count // len(jobs)):
            moment = chance.uniform(0, baseline.seconds)
            with Trial(root, command) as trial:
                outcome = trial.run(kill_after=moment)
                moments.append(outcome.code)
                problems += ["killed after %.4f s: %s" % (moment, problem)
                             for problem in killed(trial, baseline, outcome, "", None, 0)]
    print("kills: %d, of them %d before the end" % (len(moments), moments.count(-9)))
    return problems


def compiled(root):
    library = os.path.join(root, "fault.so")
    compiler = shutil.which("cc")
    if not compiler or not sys.platform.startswith("linux"):
        return None
    subprocess.run(
        [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library,
         os.path.join(HERE, "fault.c"), "-ldl"], check=True)
    return library


def main():
    parts = sys.argv[1:] or ["calls", "limits", "disk", "kills"]
    problems = []
    with tempfile.TemporaryDirectory() as root:
        data = os.path.join(root, "data")
        os.mkdir(data)
        prepare(data)
        if "calls" in parts:
            library = compiled(root)
            if library:
                problems += calls(root, data, library)
            else:
                print("skipped: there is no C compiler, or the system is not Linux")
        if "limits" in parts:
            problems += limits(root, data)
        if "disk" in parts:
            if subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode == 0:
                problems += disk(root, data)
            else:
                print("skipped: file systems of our own need root")
        if "kills" in parts:
            problems += kills(root, data)
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()

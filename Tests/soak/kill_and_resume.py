"""Kills trainings at random moments and lets them go on, for as long as is wanted: python3 kill_and_resume.py [MINUTES]

By hand (`make soak`): moments differ from run to run, and there is no end to them. Each round draws a training, does it
once without a break and once with kills (SIGKILL) and compares the bytes of the models. reg-train and make-field are
on the PATH. What fails is left in the folder that is named, with the command.
"""
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

CHOICES = [
    ["--optimizer=gradient-descent", "--optimizer=momentum", "--optimizer=nesterov", "--optimizer=adam",
     "--optimizer=adamw(0.1)"],
    ["--batch-size=1", "--batch-size=32", "--batch-size=100", ""],
    ["--precision=float64", "--precision=float32"],
    ["--keep-prob=1", "--keep-prob=0.86", "--keep-prob=0.9,0.7"],
    ["--input-keep-prob=1", "--input-keep-prob=0.9"],
    ["--schedule=constant", "--schedule=cosine", "--schedule=step(3000,0.5)"],
    ["--warmup=0", "--warmup=100"],
    ["--l1=0", "--l1=0.1"],
    ["--max-norm=3", ""],
    ["--standardize", ""],
    ["--class-weights=balanced", ""],
    ["--dev-fraction=0.2 --patience=2000", ""],
    ["--kernel=avx2", "--kernel=baseline"],
    ["--memory-limit=8K", ""],
]


def settings():
    options = [word for choice in CHOICES for word in random.choice(choice).split()]
    if "--memory-limit=8K" in options and not any(option.startswith("--batch-size") for option in options):
        options.remove("--memory-limit=8K")
    return options + ["--learning-rate=0.02", "--iterations=%d" % random.randint(2000, 20000), "--record-every=250"]


def train(folder, arguments):
    return subprocess.run(["reg-train", "train.csv", "--quiet"] + arguments, cwd=folder, capture_output=True, text=True)


def killed(folder, options):
    """Kills the training until it is through; how often."""
    kills, every = 0, "--checkpoint-every=%s" % random.choice(["1", "20", "500", "0.05s"])
    while True:
        begun = os.path.exists(os.path.join(folder, "c.h5"))
        arguments = ["--resume=c.h5"] if begun else ["--checkpoint=c.h5"] + options
        process = subprocess.Popen(
            ["reg-train", "train.csv", "--quiet", "-o", "m.h5", every, "--threads=%d" % random.randint(1, 3)] + arguments,
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            # Later and later, so that each training comes to its end.
            _, errors = process.communicate(timeout=random.uniform(0, 0.1 + 0.02 * kills))
            if process.returncode != 0:
                sys.exit("reg-train ended with %d in %s: %s" % (process.returncode, folder, errors))
            return kills
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            kills += 1


def main():
    end = time.time() + 60 * float(sys.argv[1] if len(sys.argv) > 1 else 10)
    rounds = kills = 0
    while time.time() < end:
        folder = tempfile.mkdtemp(prefix="soak-")
        subprocess.run(["make-field", folder], check=True, capture_output=True)
        options = settings()
        whole = train(folder, options + ["-o", "whole.h5"])
        if whole.returncode == 0:
            kills += killed(folder, options)
            with open(os.path.join(folder, "whole.h5"), "rb") as one, open(os.path.join(folder, "m.h5"), "rb") as other:
                if one.read() != other.read():
                    sys.exit("other bytes in %s: reg-train train.csv %s" % (folder, " ".join(options)))
            rounds += 1
        elif whole.returncode not in (64, 65):
            sys.exit("reg-train ended with %d in %s: %s" % (whole.returncode, folder, whole.stderr))
        shutil.rmtree(folder)
    print("%d trainings, %d kills: the same bytes" % (rounds, kills))


if __name__ == "__main__":
    main()

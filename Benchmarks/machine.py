"""What machine, what versions, what date: without them no figure says anything."""

import os
import platform
import re
import subprocess
import time
from importlib import metadata

from .session import PACKAGE

PEERS = ["numpy", "scipy", "numba", "jax", "torch", "scikit-learn", "polars", "h5py"]


def first_line(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=PACKAGE).stdout.splitlines()[0].strip()
    except (OSError, IndexError):
        return "unknown"


def processor():
    name, vendor = platform.processor() or platform.machine(), ""
    try:
        text = open("/proc/cpuinfo").read()
        found = {
            key: re.search(rf"^{key}\s*: (.*)$", text, re.M) for key in ["model name", "cpu family", "model", "flags"]
        }
        flags = found["flags"][1].split() if found["flags"] else []
        widest = next((flag for flag in ["avx512f", "avx2", "sse2"] if flag in flags), "")
        name = f"{found['model name'][1]} (family {found['cpu family'][1]}, model {found['model'][1]}, {widest})"
    except (OSError, TypeError):
        pass
    return name


def system():
    try:
        release = dict(line.rstrip().split("=", 1) for line in open("/etc/os-release") if "=" in line)
        return release["PRETTY_NAME"].strip('"')
    except (OSError, KeyError):
        return platform.platform()


def about(session):
    versions = {"Python": platform.python_version()}
    for name in PEERS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not there"
    dirty = subprocess.run(
        ["git", "status", "--porcelain", "Sources", "Package.swift"], capture_output=True, text=True, cwd=PACKAGE
    ).stdout.strip()
    return {
        "date": time.strftime("%d %B %Y"),
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": system(),
        "libc": " ".join(platform.libc_ver()),
        "swift": first_line("swift", "--version"),
        "hdf5": first_line("pkg-config", "--modversion", "hdf5"),
        "h5ls": first_line("h5ls", "--version"),
        "commit": first_line("git", "rev-parse", "--short", "HEAD") + (" with changes" if dirty else ""),
        "data": "Samples/field" if session.notebook_data.endswith("Samples/field/field.mat") else "the notebook's",
        "tools": "the default build" if session.tools == session.bin else "another build (--tools)",
        "load": f"{os.getloadavg()[0]:.1f}",
        "versions": versions,
    }

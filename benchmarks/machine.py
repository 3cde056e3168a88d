"""On what a table was measured."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import cv2
import numpy as np
import torch


def cpu() -> str:
    """The processor's model; makers give many models one name, so family and model are added."""
    told: dict[str, str] = {}
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        name, _, value = line.partition(":")
        told.setdefault(name.strip(), value.strip())
    name = told.get("model name") or platform.processor() or platform.machine()
    kind = [f"{word} {told[key]}" for word, key in KIND.items() if key in told]
    return f"{name} ({', '.join(kind)})" if kind else name


KIND = {"family": "cpu family", "model": "model"}


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def load() -> float | None:
    """How busy the machine is, where that can be known."""
    try:
        return round(os.getloadavg()[0], 1)
    except (AttributeError, OSError):
        return None


def name() -> str:
    """By what a machine is known in the history: processor, cores, system. No host name."""
    return f"{cpu()}, {cores()} cores, {platform.system()} {platform.machine()}"


def software() -> str:
    """Versions and threads."""
    return (
        f"Python {platform.python_version()}, torch {torch.__version__} "
        f"({torch.get_num_threads()} threads), NumPy {np.__version__}, OpenCV {cv2.__version__} "
        f"({cv2.getNumThreads()} threads)"
    )

"""On what a table was measured."""

from __future__ import annotations

import datetime
import os
import platform
from pathlib import Path

import cv2
import numpy as np
import torch


def cpu() -> str:
    """The processor's model."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def load() -> str:
    """How busy the machine is, where that can be known."""
    try:
        return f"{os.getloadavg()[0]:.1f}"
    except (AttributeError, OSError):
        return "unknown"


def describe() -> str:
    """One paragraph: processor, system, versions, date. No host name."""
    cores = os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()
    return (
        f"{cpu()}, {cores} cores, {platform.system()} {platform.machine()}; "
        f"Python {platform.python_version()}, torch {torch.__version__} "
        f"({torch.get_num_threads()} threads), NumPy {np.__version__}, OpenCV {cv2.__version__} "
        f"({cv2.getNumThreads()} threads); {datetime.date.today().isoformat()}"
    )

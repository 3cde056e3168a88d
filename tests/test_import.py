"""Importing patchdrive is light; what is heavy comes when it is first used."""

import importlib
import json
import subprocess
import sys

import pytest

import patchdrive

HEAVY = ["streamlit", "timm", "torch", "plotly", "cv2", "PIL"]


def fresh(code):
    """What the code prints as JSON in a Python of its own."""
    code = f"import json, sys\n{code}"
    command = [sys.executable, "-W", "error", "-c", code]
    out = subprocess.run(command, capture_output=True, text=True, timeout=250)
    assert out.returncode == 0, out.stderr
    return json.loads(out.stdout)


def test_importing_patchdrive_imports_nothing_heavy():
    code = f"import patchdrive\nprint(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    assert fresh(code) == []


def test_looking_at_the_public_names_imports_nothing_heavy():
    code = (
        "import patchdrive\npatchdrive.__all__, patchdrive.__version__, patchdrive.Saccades\n"
        f"print(json.dumps([m for m in {HEAVY} if m in sys.modules]))"
    )
    assert fresh(code) == []


def test_a_drive_works_right_after_the_import_without_streamlit():
    code = """
import patchdrive as pdv
import numpy as np
result = pdv.drive(np.eye(90, 120, dtype=np.uint8) * 255, k=3, radius=20, patch=16, fuse=False)
loaded = [m for m in ("streamlit", "timm", "plotly") if m in sys.modules]
print(json.dumps([len(result.patches), loaded]))
"""
    assert fresh(code) == [3, []]


def test_drawing_needs_neither_torch_nor_streamlit():
    code = """
import patchdrive.figures
print(json.dumps([m for m in ("streamlit", "timm", "torch") if m in sys.modules]))
"""
    assert fresh(code) == []


@pytest.mark.parametrize("name", patchdrive.__all__)
def test_every_public_name_exists(name):
    assert getattr(patchdrive, name) is not None


def test_a_public_name_is_the_thing_itself():
    assert patchdrive.drive is importlib.import_module("patchdrive.pipelines.drive").drive
    assert patchdrive.open is importlib.import_module("patchdrive.images").open_image
    assert patchdrive.figures is importlib.import_module("patchdrive.figures")


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'patchdrive' has no attribute 'gaze'"):
        _ = patchdrive.gaze

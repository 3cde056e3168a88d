"""The viewer's scripts stay small, and nothing but themselves is loaded at run time."""

import re

import pytest

from patchdrive.viewer import scripts

MODULES = sorted(name for name in scripts.scripts() if name.endswith(".js"))
MOST_BYTES, MOST_LINES = 40_000, 250


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_short(name):
    _, content = scripts.scripts()[name]
    assert len(content) <= MOST_BYTES
    assert len(content.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_only_its_neighbours(name):
    text = scripts.scripts()[name][1].decode()
    imported = re.findall(r"""(?:\bfrom|\bimport\(?)\s*["']([^"']+)["']""", text)
    assert {one.removeprefix("./") for one in imported} <= set(MODULES)
    assert all(one.startswith("./") for one in imported)

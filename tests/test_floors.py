"""Who may import whom: read from the imports themselves, those inside functions included."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ROOT / "patchdrive"
MODULES = sorted(OURS.rglob("*.py"))
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]

BASE = {"types", "settings", "marks", "registry", "version", "budget", "line"}
BASE |= {"knob", "writing", "console", "plaintext"}
LIBRARIES = {"streamlit", "plotly", "timm", "torch", "torchvision"}

# Room: rooms that it may import beside itself, and which of the heavy libraries.
FLOORS = {
    "types": (set(), {"torch"}),  # for annotations only
    "version": (set(), set()),
    "settings": (BASE, set()),
    "knob": (BASE, set()),
    "marks": (BASE, set()),
    "registry": (BASE, set()),
    "budget": (BASE, set()),
    "line": (BASE, set()),
    "writing": (BASE, set()),
    "console": (BASE, set()),
    "plaintext": (set(), set()),
    "ops": (BASE, {"torch"}),
    "images": (BASE, set()),
    "models": (BASE | {"ops", "images"}, {"torch", "torchvision", "timm"}),
    "saliency": (BASE | {"ops", "images", "models"}, {"torch"}),
    "policies": (BASE | {"ops", "images", "models"}, {"torch"}),
    "pipelines": (BASE | {"ops", "images", "models", "saliency", "policies"}, {"torch"}),
    "figures": (BASE | {"ops", "images"}, {"plotly"}),
    "viewer": (BASE | {"ops", "images", "figures"}, set()),
    "training": (
        BASE | {"ops", "images", "models", "saliency", "policies", "pipelines"},
        {"torch", "torchvision", "timm"},
    ),
}
UPPER = {*FLOORS, "", "cli"} - {"training"}  # "" is the package itself: its public names
FLOORS |= {
    "ui": (UPPER, LIBRARIES),
    "cli": (UPPER - {"ui"} | {"training"}, LIBRARIES - {"streamlit"}),
    "__main__": (UPPER - {"ui"}, set()),
    "": (UPPER - {"ui", "cli"}, {"torch"}),
}


def imports(file):
    """Full dotted names that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(dotted):
    """The room of a dotted name: "patchdrive.ops.crops.crop" lies in "ops"."""
    first, *rest = dotted.split(".")
    assert first == "patchdrive"
    here = rest[0] if rest else ""
    known = (OURS / here).is_dir() or (OURS / f"{here}.py").exists()
    return here if here and known else ""


def home(file):
    return room(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def ids(files):
    return [str(file.relative_to(ROOT)) for file in files]


def test_every_room_has_its_floor():
    assert {home(file) for file in MODULES} <= set(FLOORS)


@pytest.mark.parametrize("file", MODULES, ids=ids(MODULES))
def test_a_module_imports_only_from_its_own_floor_and_below(file):
    here = home(file)
    rooms, libraries = FLOORS[here]
    for name in imports(file):
        top = name.partition(".")[0]
        if top == "patchdrive":
            assert room(name) in rooms | {here}, f"{here} must not import {name}"
        elif top in LIBRARIES:
            assert top in libraries, f"{here or 'patchdrive'} must not import {top}"


def test_only_ui_imports_streamlit():
    users = {home(f) for f in MODULES if any(n.split(".")[0] == "streamlit" for n in imports(f))}
    assert users == {"ui"}


@pytest.mark.parametrize("package", ["saliency", "policies"])
def test_methods_never_import_each_other(package):
    for file in (OURS / package).glob("*.py"):
        for name in imports(file):
            module = name.removeprefix(f"patchdrive.{package}.")
            if module != name:
                assert not (OURS / package / f"{module.partition('.')[0]}.py").exists(), (
                    f"{file.name} imports {name}"
                )


@pytest.mark.parametrize("file", PAGES, ids=ids(PAGES))
def test_pages_import_only_the_interface_the_figures_and_public_names(file):
    for name in imports(file):
        top = name.partition(".")[0]
        assert top not in {"numpy", "torch", "cv2", "PIL", "plotly"}, f"{file.name} imports {name}"
        if top == "patchdrive":
            assert room(name) in {"ui", "figures", ""}, f"{file.name} imports {name}"


def test_torch_is_imported_by_the_types_for_annotations_only():
    tree = ast.parse((OURS / "types.py").read_text())
    outer = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in outer for alias in node.names}
    assert "torch" not in names


@pytest.mark.parametrize("name", ["utils", "helpers", "common", "base", "manager", "misc"])
def test_no_module_has_a_name_that_says_nothing(name):
    assert not [file for file in MODULES if file.stem == name]


LONGER = {"types.py": 400}  # every noun in one file: the first to read


@pytest.mark.parametrize("file", MODULES, ids=ids(MODULES))
def test_no_module_is_too_long_to_read_in_one_sitting(file):
    lines = len(file.read_text().splitlines())
    assert lines <= LONGER.get(file.name, 300), f"{lines} lines: two topics in one file?"


@pytest.mark.parametrize("file", MODULES, ids=ids(MODULES))
def test_every_module_says_what_it_is(file):
    text = file.read_text()
    if text.strip():
        assert ast.get_docstring(ast.parse(text)), f"{file} has no docstring"

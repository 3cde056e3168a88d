"""Methods found by import."""

import subprocess
import sys
import types

import pytest

from patchdrive.policies import POLICIES
from patchdrive.registry import Registry
from patchdrive.saliency import DEFAULT, METHODS
from patchdrive.settings import Settings
from patchdrive.types import SettingError

MODULE = '''
from {package} import METHODS
from patchdrive.settings import Settings

@METHODS.register("{name}", "The {name}", Settings)
def run(glance, settings):
    """Judge by {name}.

    More words.
    """
    return glance
'''


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A function that makes a package with a registry and one module a name."""
    monkeypatch.syspath_prepend(tmp_path)
    name = f"methods_{tmp_path.name.replace('-', '_')}"
    folder = tmp_path / name
    folder.mkdir()
    (folder / "__init__.py").write_text(
        f"from patchdrive.registry import Registry\nMETHODS = Registry({name!r}, 'test')\n"
    )

    def make(modules):
        for module, method in modules.items():
            (folder / f"{module}.py").write_text(MODULE.format(package=name, name=method))
        __import__(name)
        return sys.modules[name].METHODS

    yield make
    for module in [m for m in sys.modules if m.partition(".")[0] == name]:
        del sys.modules[module]


def test_adding_a_file_adds_a_method(package):
    methods = package({"wavelet": "wavelet"})
    assert methods.names() == ["wavelet"]
    method = methods["wavelet"]
    assert (method.label, method.help) == ("The wavelet", "Judge by wavelet.")
    assert method.run(5, Settings()) == 5
    assert method.settings is Settings
    assert not method.network


def test_methods_come_in_the_order_of_their_files(package):
    assert package({"b": "second", "c": "a third", "a": "zeroth"}).names() == [
        "zeroth",
        "second",
        "a third",
    ]


def test_two_files_with_one_name_are_rejected(package):
    methods = package({"a": "same", "b": "same"})
    with pytest.raises(ValueError, match="two test methods are called 'same'"):
        methods.names()


def test_an_unknown_method_is_named_and_the_known_ones_listed(package):
    methods = package({"a": "one", "b": "two"})
    with pytest.raises(SettingError, match="no test method 'three'; there are: one, two"):
        methods["three"]


def test_a_file_that_cannot_be_imported_is_not_hidden(package, tmp_path):
    methods = package({"a": "one"})
    (next(tmp_path.glob("methods_*")) / "b.py").write_text("import no_such_module")
    with pytest.raises(ImportError, match="no_such_module"):
        methods.names()


def test_a_file_run_again_replaces_its_method():
    registry = Registry("nowhere", "test")
    for number in (1, 2):
        run = types.FunctionType((lambda: 0).__code__, {"__name__": "one.module"})
        run.__doc__ = f"Version {number}."
        registry.register("name", "Name", Settings)(run)
    assert registry._methods["name"].help == "Version 2."


def test_the_order_does_not_depend_on_what_was_imported_first():
    code = (
        "import patchdrive.saliency.residual, patchdrive.saliency.edges\n"
        "from patchdrive.saliency import METHODS\n"
        "print(*METHODS.names())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == METHODS.names()
    assert METHODS.names() == sorted(METHODS.names())


@pytest.mark.parametrize("registry", [METHODS, POLICIES])
def test_every_method_has_a_label_and_a_line_of_help(registry):
    for method in registry:
        assert method.label
        assert method.help.endswith(".")
        assert registry[method.name] is method


def test_what_is_promised_is_there():
    assert {"contrast", "edges", "entropy", "network", "residual"} <= set(METHODS.names())
    assert POLICIES.names() == ["greedy", "maxima"]
    assert DEFAULT in METHODS.names()
    assert [method.name for method in METHODS if method.network] == ["network"]

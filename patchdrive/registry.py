"""Methods found by import: adding a method is adding one file.

A package of methods (such as `patchdrive.saliency`) keeps one `Registry`. Each of its modules
registers one function together with the settings class that holds its knobs.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from patchdrive.settings import Settings
from patchdrive.types import SettingError

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Method(Generic[F]):
    """One registered method.

    name      the word in URLs, flags and files
    label     the words in a menu
    help      the first line of the function's docstring
    settings  its knobs
    run       the function
    network   True where it looks at a network's features instead of pixels
    scale     on which the colours of what it gives can be read, see types.SaliencyMap
    """

    name: str
    label: str
    help: str
    settings: type[Settings]
    run: F
    network: bool = False
    scale: str = "log"


class Registry(Generic[F]):
    """Methods of one kind, filled by importing the modules of one package in name order."""

    def __init__(self, package: str, kind: str) -> None:
        self.package, self.kind = package, kind
        self._methods: dict[str, Method[F]] = {}
        self._loaded = False

    def register(
        self,
        name: str,
        label: str,
        settings: type[Settings],
        *,
        network: bool = False,
        scale: str = "log",
    ) -> Callable[[F], F]:
        """Decorate the method's function; its docstring's first line becomes the help."""

        def add(run: F) -> F:
            if name in self._methods and self._methods[name].run.__module__ != run.__module__:
                raise ValueError(f"two {self.kind} methods are called {name!r}")
            line = (run.__doc__ or "").strip().splitlines()[0] if run.__doc__ else ""
            self._methods[name] = Method(name, label, line, settings, run, network, scale)
            return run

        return add

    def _load(self) -> None:
        if self._loaded:
            return
        package = importlib.import_module(self.package)
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
            importlib.import_module(f"{self.package}.{module.name}")
        # Somebody may have imported one of them earlier; sorting by file is stable within a file.
        self._methods = dict(sorted(self._methods.items(), key=lambda m: m[1].run.__module__))
        self._loaded = True

    def __getitem__(self, name: str) -> Method[F]:
        self._load()
        if name not in self._methods:
            known = ", ".join(self._methods)
            raise SettingError(f"there is no {self.kind} method {name!r}; there are: {known}")
        return self._methods[name]

    def __iter__(self) -> Iterator[Method[F]]:
        self._load()
        return iter(self._methods.values())

    def names(self) -> list[str]:
        """Names of all methods, in the order of their files."""
        return [method.name for method in self]

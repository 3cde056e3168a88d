"""Where labelled pictures come from: `<class>/<picture>` in a folder or in a zip file."""

from __future__ import annotations

import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from patchdrive.types import ImageError, SettingError

ENDINGS = (".jpg", ".jpeg", ".png")


class Source(ABC):
    """Files by "class/file".

    place  what to call it in an error
    """

    place: str

    @property
    @abstractmethod
    def stamp(self) -> str:
        """A text that changes when the files do."""

    @abstractmethod
    def read(self, name: str) -> bytes:
        """The bytes of a picture; raises ImageError, which does not name it."""

    @abstractmethod
    def _listed(self) -> Iterator[tuple[str, str]]:
        """Class and file of everything one folder down; the file is "" for the folder itself."""

    def classes(self) -> dict[str, list[str]]:
        """Names of the pictures by class, both sorted; raises SettingError for too few."""
        found: dict[str, list[str]] = {}
        for folder, file in self._listed():
            if folder.startswith((".", "__")):  # what systems leave behind: .git, __MACOSX
                continue
            held = found.setdefault(folder, [])
            if file.lower().endswith(ENDINGS) and not file.startswith("."):
                held.append(f"{folder}/{file}")
        if len(found) < 2:
            raise SettingError(
                f"{self.place} must hold two or more folders, one a class; it holds {len(found)}"
            )
        for folder, held in found.items():
            if not held:
                raise SettingError(
                    f"class {folder!r} in {self.place} has no picture; remove the folder, or add "
                    f"files that end in {', '.join(ENDINGS)}"
                )
        return {folder: sorted({*found[folder]}) for folder in sorted(found)}


class _Folder(Source):
    def __init__(self, path: Path) -> None:
        self._path, self.place = path, f"the folder {path.name}"

    @property
    def stamp(self) -> str:
        files = [self._path / name for listed in self.classes().values() for name in listed]
        told = [(str(file), file.stat()) for file in files]
        return "\n".join(f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in told)

    def read(self, name: str) -> bytes:
        try:
            return (self._path / name).read_bytes()
        except OSError as error:
            raise ImageError(f"it cannot be read: {error.strerror}") from error

    def _listed(self) -> Iterator[tuple[str, str]]:
        for folder in self._path.iterdir():
            if folder.is_dir():
                yield folder.name, ""
                yield from ((folder.name, file.name) for file in folder.iterdir())


class _Zip(Source):
    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path, self._archive, self.place = path, archive, path.name

    @property
    def stamp(self) -> str:
        stat = self._path.stat()
        return f"{self._path.resolve()} {stat.st_size} {stat.st_mtime_ns}"

    def read(self, name: str) -> bytes:
        try:
            return self._archive.read(name)
        except Exception as error:  # a damaged member: BadZipFile, zlib.error, EOFError, ...
            raise ImageError(f"it cannot be unpacked: {error}") from error

    def _listed(self) -> Iterator[tuple[str, str]]:
        for item in self._archive.infolist():
            parts = PurePosixPath(item.filename).parts
            if len(parts) == 1 and item.is_dir():
                yield parts[0], ""
            elif len(parts) == 2 and not item.is_dir():
                yield parts[0], parts[1]


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The pictures at a path; raises SettingError where it is neither a folder nor a zip file."""
    if path.is_dir():
        yield _Folder(path)
        return
    if not path.is_file():
        raise SettingError(f"there is no folder and no zip file {str(path)!r}")
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise SettingError(f"{path.name} is neither a folder nor a zip file: {error}") from error
    with archive:
        yield _Zip(path, archive)

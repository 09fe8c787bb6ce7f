"""What a result depends on besides the audited files: our own code and data, and the libraries that it reads with."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from fastapi_audit import __version__
from fastapi_audit.checking.packs import installed_packs
from fastapi_audit.config.settings import FailOn, Format, Settings
from fastapi_audit.model.repository import Repository

# Those whose answers become facts or findings; what only renders is not among them.
_READERS = ("libcst", "msgspec", "pyyaml", "tomli", "defusedxml", "packaging", "pathspec")
_DIGEST_SIZE = 32


def digest(*parts: bytes) -> bytes:
    """Return one digest of some byte strings; where one ends and the next begins matters."""
    found = blake2b(digest_size=_DIGEST_SIZE)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()


@cache
def extractor_fingerprint() -> bytes:
    """Return what the facts of a Python file depend on: the extractor, LibCST, and how facts are encoded."""
    package = Path(__file__).parent.parent
    own = _files([package / "extraction" / "python", package / "facts", package / "extraction" / "worker.py"])
    return digest(_version("libcst"), _version("msgspec"), *own)


@cache
def auditor_fingerprint() -> bytes:
    """Return what an audit depends on: all our code and data, every rule pack, and the libraries that read."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}".encode()
    versions = [_version(name) for name in _READERS]
    return digest(__version__.encode(), python, *versions, *_files([Path(__file__).parent.parent, *_packs()]))


def audit_key(repository: Repository, contents: Mapping[str, bytes], settings: Settings) -> str:
    """Return the digest of what an audit depends on; `contents` are the digests of the files, by path.

    Neither how the report looks nor how many processes work makes an audit another one.
    """
    asked = replace(settings, format=Format.TEXT, min_score=None, fail_on=FailOn.NEVER, show_source=False, jobs=None)
    files = [(file.path, file.kind.value, file.role.value, contents[file.path]) for file in repository.files]
    rest = (repository.root.name, repository.project_roots, repository.import_roots, repository.problems)
    return digest(auditor_fingerprint(), repr((asked, files, rest)).encode()).hex()


def _packs() -> Iterator[Path]:
    for pack in installed_packs():
        spec = find_spec(pack)
        yield from map(Path, (spec.submodule_search_locations or ()) if spec else ())


def _files(paths: Iterable[Path]) -> Iterator[bytes]:
    """Yield the relative name and the content of every file below some paths, but not what Python compiled of it."""
    for path in paths:
        for file in [path] if path.is_file() else sorted(_below(path), key=str):
            yield file.relative_to(path.parent).as_posix().encode()
            yield file.read_bytes()


def _below(directory: Path) -> Iterator[Path]:
    for around, directories, files in os.walk(directory):
        directories[:] = [name for name in directories if name != "__pycache__"]
        yield from (Path(around, name) for name in files)


def _version(distribution: str) -> bytes:
    try:
        return version(distribution).encode()
    except PackageNotFoundError:
        return b""

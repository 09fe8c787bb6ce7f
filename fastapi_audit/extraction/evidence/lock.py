"""Lock files: which version of what, and where it stands."""

import re

import msgspec

from fastapi_audit.extraction.evidence.requirement import normalised, pinned_version
from fastapi_audit.extraction.evidence.text import UnreadableError, first_line_of, line_start, lines_of, text_of
from fastapi_audit.extraction.evidence.toml_document import TomlDocument, text_in
from fastapi_audit.extraction.evidence.yaml_tree import Sequence, child, read_mapping, scalar
from fastapi_audit.facts.dependencies import Lock, LockedVersion

_JSON_KEY = re.compile(r"\s*\"([^\"]+)\"\s*:\s*\{")


class _Pinned(msgspec.Struct):
    version: str = ""


class _PipfileLock(msgspec.Struct):
    default: dict[str, _Pinned] = {}
    develop: dict[str, _Pinned] = {}


def read_lock(name: str, content: bytes) -> Lock:
    """Read a lock file, by its name."""
    if name == "Pipfile.lock":
        return _read_pipfile_lock(content)
    if name.endswith((".yml", ".yaml")):
        return _read_conda_lock(content)
    return _read_toml_lock(content, "packages" if name.startswith("pylock") else "package")


def _read_toml_lock(content: bytes, key: str) -> Lock:
    """Read the array of tables of uv, Poetry, PDM (`package`) or PEP 751 (`packages`)."""
    document = TomlDocument(content)
    packages = document.top.get(key)
    found = []
    for number, package in enumerate(packages if isinstance(packages, list) else []):
        if isinstance(package, dict) and text_in(package, "name") and text_in(package, "version"):
            pos = document.position_of(key, occurrence=number)
            found.append(LockedVersion(pos, normalised(package["name"]), package["version"]))
    return Lock(tuple(found))


def _read_pipfile_lock(content: bytes) -> Lock:
    try:
        document = msgspec.json.decode(content, type=_PipfileLock)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"no valid Pipfile.lock: {first_line_of(error)}") from error
    matches = ((number, _JSON_KEY.match(line)) for number, line in enumerate(lines_of(text_of(content)), start=1))
    lines = {match[1]: number for number, match in matches if match}
    return Lock(
        tuple(
            LockedVersion(line_start(lines[name]) if name in lines else 0, normalised(name), version)
            for section in (document.default, document.develop)
            for name, pinned in section.items()
            if (version := pinned_version(pinned.version))
        )
    )


def _read_conda_lock(content: bytes) -> Lock:
    packages = child(read_mapping(text_of(content)), "package")
    found = []
    for item in packages.items if isinstance(packages, Sequence) else []:
        name, version = scalar(child(item, "name")), scalar(child(item, "version"))
        if name and version:
            found.append(LockedVersion(item.pos, normalised(name), version))
    return Lock(tuple(found))

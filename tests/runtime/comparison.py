"""Where the static route map differs from what FastAPI serves.

Routes are the same when kind, method, path and the name of the handler are; names of models and callables are compared
without their modules, lists without their order.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from runtime.interpreter import Interpreter

from fastapi_audit.checking.records import route_records
from fastapi_audit.config.settings import Settings
from fastapi_audit.pipeline import understand
from fastapi_audit.testing import write_files

Record = Mapping[str, Any]
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One route that is missing or surplus in the static map, or one field in which a route differs."""

    what: str
    route: Key
    served: object = None
    found: object = None

    def __str__(self) -> str:
        return " ".join([f"{self.what}:", *self.route, *self._values])

    @property
    def _values(self) -> tuple[str, ...]:
        if isinstance(self.served, frozenset) and isinstance(self.found, frozenset):
            return (f"not found: {sorted(self.served - self.found)}, not served: {sorted(self.found - self.served)}",)
        return () if self.served == self.found else (f"served: {self.served!r}, found: {self.found!r}",)


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """How many routes are served, how many were found, and all differences."""

    served: int
    found: int
    differences: tuple[Difference, ...]

    @property
    def is_equal(self) -> bool:
        """Say whether something is served and all of it is found, and nothing else."""
        return self.served > 0 and not self.differences

    @property
    def recall(self) -> float:
        """The share of the served routes that were found."""
        return 1 - self._count["missing"] / self.served

    @property
    def precision(self) -> float:
        """The share of the found routes that are served."""
        return 1 - self._count["surplus"] / self.found

    def agreement(self, field: str) -> float:
        """Return the share of the routes in both on which a field agrees."""
        return 1 - self._count[field] / (self.served - self._count["missing"])

    def __str__(self) -> str:
        return "\n".join(map(str, self.differences))

    @property
    def _count(self) -> Counter[str]:
        return Counter(difference.what for difference in self.differences)


def found_routes(tree: Path) -> dict[str, list[Record]]:
    """Return the static route map of a tree by application."""
    found: dict[str, list[Record]] = defaultdict(list)
    for project in understand(tree, Settings()).projects:
        for record in route_records(project):
            found[record.app].append(asdict(record))
    return found


def compare(served: Mapping[str, Sequence[Record]], found: Mapping[str, Sequence[Record]]) -> Comparison:
    """Compare the routes of the applications that are served."""
    truth = _by_key(served)
    static = _by_key({app: found.get(app, ()) for app in served})
    differences = [
        difference
        for key in sorted(truth.keys() | static.keys())
        for difference in _differences(key, truth.get(key, []), static.get(key, []))
    ]
    return Comparison(_size(truth), _size(static), tuple(differences))


def _by_key(routes: Mapping[str, Sequence[Record]]) -> dict[Key, list[Record]]:
    grouped: dict[Key, list[Record]] = defaultdict(list)
    for app, records in routes.items():
        for record in records:
            if record["kind"] == "mount":
                continue  # what is mounted but is no FastAPI application
            handler = record["handler"].rpartition(":")[2].rpartition(".")[2]
            grouped[app, record["kind"], record["method"] or "-", record["path"], handler].append(record)
    return grouped


def _size(grouped: Mapping[Key, Sequence[Record]]) -> int:
    return sum(map(len, grouped.values()))


def _differences(key: Key, truth: Sequence[Record], static: Sequence[Record]) -> Iterable[Difference]:
    yield from (Difference("missing", key) for _ in truth[len(static) :])
    yield from (Difference("surplus", key) for _ in static[len(truth) :])
    for served, found in zip(truth, static, strict=False):
        for field, comparable in FIELDS.items():
            if field in served and comparable(served[field]) != comparable(found[field]):
                yield Difference(field, key, comparable(served[field]), comparable(found[field]))


def _model(name: str | None) -> str | None:
    """Make `typing.Optional[app.models.User]` and `User | None` the same."""
    if name is None:
        return None
    text = re.sub(r"<class '([^']*)'>", r"\1", name)
    text = re.sub(r"[\w.<>]+\.(\w+)", r"\1", text)
    text = re.sub(r"Optional\[(.*)\]", r"\1|None", text)
    text = re.sub(r"Union\[(.*)\]", lambda found: found.group(1).replace(",", "|"), text)
    text = text.replace("NoneType", "None").replace(" ", "").lower()
    return text if "[" in text else "|".join(sorted(text.split("|")))


def _callables(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name.rpartition(":")[2] for name in names)


def _parameters(names: Mapping[str, Sequence[str]]) -> frozenset[str]:
    return frozenset(f"{kind} {name}" for kind, of_kind in names.items() for name in of_kind)


# Every field that is compared, with what makes two of its values comparable.
FIELDS: Mapping[str, Callable[[Any], object]] = {
    "is_async": bool,
    "response_model": _model,
    "status_code": lambda code: code,
    "tags": sorted,
    "in_schema": bool,
    "deprecated": bool,
    "dependencies": _callables,
    "security": _callables,
    "params": _parameters,
}


def compare_files(interpreter: Interpreter, files: Mapping[str, str], target: str) -> Comparison:
    """Write files, given by path, and compare what their application serves with what is found in them.

    Unless they say so themselves, they ask for the version of FastAPI that serves them.
    """
    with TemporaryDirectory() as directory:
        root = Path(directory).resolve() / "project"
        write_files(root, {"requirements.txt": f"fastapi=={interpreter.fastapi}\n", **files})
        served = interpreter.serve(root, target)
        assert not served.failures, str(served.failures)
        return compare(served.routes, found_routes(root))


def found_paths(files: Mapping[str, str]) -> set[str]:
    """Return the paths of all routes that are found in files, given by path."""
    with TemporaryDirectory() as directory:
        write_files(Path(directory), files)
        return {record["path"] for records in found_routes(Path(directory)).values() for record in records}

"""Which parts of a repository are services of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi_audit.facts import syntax, tree
from fastapi_audit.facts.evidence import EvidenceFacts
from fastapi_audit.model.repository import Kind, Repository, Role, SourceFile


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its directory ("" for the root), and the files that are its own or no other service's.

    `makers` are the paths of the modules that make applications, of any service. `project_roots` are the directories
    with a manifest of their own; empty for a repository that is one service. `foreign_roots` are, in such a repository,
    those of other projects, whose code is the service's only where it is imported: a client library, a tool.
    """

    name: str
    root: str
    files: tuple[SourceFile, ...]
    makers: frozenset[str]
    project_roots: tuple[str, ...] = ()
    foreign_roots: tuple[str, ...] = ()

    @property
    def is_one_of_several(self) -> bool:
        """Whether the repository holds other services."""
        return bool(self.project_roots)

    def is_own(self, path: str) -> bool:
        """Say whether a file lies in the service's directory, and in no other project inside it."""
        return self.project_of(path) == self.root

    def project_of(self, path: str) -> str:
        """Return the directory of the project that a file lies in, of the service's and those beside and inside it."""
        return _owner(path, (self.root, *self.project_roots, *self.foreign_roots))

    def deployed(self, evidence: Mapping[str, EvidenceFacts]) -> dict[str, EvidenceFacts]:
        """Return evidence without what stands among the tests: an expected manifest, an image that drives a browser."""
        for_tests = {file.path for file in self.files if file.role is Role.TEST}
        return {path: facts for path, facts in evidence.items() if path not in for_tests}


def find_services(repository: Repository, modules: Mapping[str, syntax.ModuleFacts]) -> tuple[Service, ...]:
    """Split a repository by the project roots that make applications; with one or none, it is one service."""
    makers = frozenset(path for path, facts in modules.items() if makes_application(facts))
    roots = sorted(
        {
            _owner(file.path, repository.project_roots)
            for file in repository.files
            if file.kind is Kind.PYTHON and file.role is Role.APPLICATION and file.path in makers
        }
    )
    if len(roots) < 2:
        foreign = tuple(root for root in repository.project_roots if root and root not in roots) if roots else ()
        return (Service(repository.root.name or "project", "", repository.files, makers, foreign_roots=foreign),)
    return tuple(_service(root, roots, repository, makers) for root in roots)


def _service(root: str, roots: Sequence[str], repository: Repository, makers: frozenset[str]) -> Service:
    others = [other for other in roots if other != root]
    files = tuple(file for file in repository.files if _belongs(file, root, others))
    return Service(root or repository.root.name or "project", root, files, makers, (*roots, *repository.project_roots))


def _belongs(file: SourceFile, root: str, others: Sequence[str]) -> bool:
    """Say whether a file is of a service, or of none; what is no code is of the services that it stands above."""
    owner = _owner(file.path, (root, *others, ""))
    if owner == root or owner in others:
        return owner == root
    return file.kind is Kind.PYTHON or _stands_above(file.path, root, others)


def _stands_above(path: str, root: str, others: Sequence[str]) -> bool:
    """Say whether the nearest directory around a file that holds services holds this one; the root holds them all."""
    directory = path.rpartition("/")[0]
    while directory and not any(one.startswith(directory + "/") for one in (root, *others)):
        directory = directory.rpartition("/")[0]
    return not directory or root.startswith(directory + "/")


def _owner(path: str, roots: Sequence[str]) -> str:
    """Return the deepest of the directories that holds a path."""
    holding = [root for root in roots if not root or path.startswith(root + "/")]
    return max(holding, key=len, default="")


def makes_application(facts: syntax.ModuleFacts) -> bool:
    """Say whether a module imports FastAPI's class and calls it, or derives from it, anywhere in its code."""
    names = _imported(facts)
    return bool(names) and any(_mentions(node, names) for node in tree.everything(facts.statements))


def _imported(facts: syntax.ModuleFacts) -> set[str]:
    found: set[str] = set()
    for statement in facts.imports:
        if isinstance(statement, syntax.Import):
            found |= {alias.asname or alias.name for alias in statement.names if alias.name == "fastapi"}
        elif statement.module.split(".")[0] == "fastapi":
            found |= {alias.asname or alias.name for alias in statement.names if alias.name == "FastAPI"}
    return found


def _mentions(node: syntax.Node, names: set[str]) -> bool:
    if isinstance(node, syntax.ClassDef):
        return any(_is_application_class(base.value, names) for base in node.bases)
    return isinstance(node, syntax.Call) and _is_application_class(node.func, names)


def _is_application_class(node: syntax.Expr, names: set[str]) -> bool:
    if isinstance(node, syntax.Attribute):
        return node.attr == "FastAPI" and isinstance(node.value, syntax.Name) and node.value.id in names
    return isinstance(node, syntax.Name) and node.id in names

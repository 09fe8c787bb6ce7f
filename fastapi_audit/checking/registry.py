"""Finds the rules of every installed pack.

A pack is a package; each of its modules that does not begin with an underscore defines exactly one rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from importlib import import_module
from pkgutil import ModuleInfo, iter_modules
from types import ModuleType

from fastapi_audit.audit.finding import RuleInfo
from fastapi_audit.checking.packs import installed_packs
from fastapi_audit.errors import RulePackError, UsageError
from fastapi_audit.rule_api.definition import RuleDefinition
from fastapi_audit.rule_api.documentation import read_documentation


@dataclass(frozen=True, slots=True)
class Rule:
    """A loaded rule: what is known of it, and how to run it."""

    info: RuleInfo
    definition: RuleDefinition


def load_rules() -> tuple[Rule, ...]:
    """Load the rules of all installed packs, sorted by code.

    Raises `RulePackError`, with file and line, for a badly formed rule and for a code or name that is used twice.
    """
    return read_packs([_import(pack) for pack in installed_packs()])


def read_packs(packs: Sequence[ModuleType]) -> tuple[Rule, ...]:
    """Read the rules of imported packages, sorted by code; raises as `load_rules` does."""
    rules = [read_rule(module) for pack in packs for module in _modules(pack)]
    rules.sort(key=lambda rule: (rule.info.code, rule.definition.module))
    _refuse_twins(rules)
    return tuple(rules)


def read_rule(module: ModuleType) -> Rule:
    """Read the one rule of a module; raises `RulePackError` when there is none, or more, or it is undocumented."""
    own = [item for item in vars(module).values() if isinstance(item, RuleDefinition)]
    own = [definition for definition in own if definition.module == module.__name__]
    if len(own) != 1:
        raise RulePackError(f"{module.__file__}:1: a rule file defines exactly one rule, this one {len(own)}")
    definition = own[0]
    try:
        documentation = read_documentation(module.__doc__ or "")
    except ValueError as error:
        raise RulePackError(f"{module.__file__}:1: {error}") from error
    *_, family, name = module.__name__.split(".")
    info = RuleInfo(
        code=definition.code,
        name=name.replace("_", "-"),
        family=family,
        severity=definition.severity,
        priority=definition.priority,
        is_preview=definition.is_preview,
        **asdict(documentation),
    )
    return Rule(info, definition)


def find_rule(rules: Sequence[Rule], name: str) -> Rule:
    """Return the rule of a code or a name, in any case; raise `UsageError` that suggests the nearest."""
    by_key = {key: rule for rule in rules for key in (rule.info.code.lower(), rule.info.name)}
    if found := by_key.get(name.lower()):
        return found
    nearest = get_close_matches(name.lower(), by_key, n=1, cutoff=0)
    hint = f"; did you mean `{by_key[nearest[0]].info.code}` ({by_key[nearest[0]].info.name})?" if nearest else ""
    raise UsageError(f"there is no rule `{name}`{hint}")


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in sorted(iter_modules(package.__path__), key=_name):
        if found.name.startswith("_"):
            continue
        module = _import(f"{package.__name__}.{found.name}")
        if found.ispkg:
            yield from _modules(module)
        else:
            yield module


def _name(module: ModuleInfo) -> str:
    return module.name


def _import(name: str) -> ModuleType:
    try:
        return import_module(name)
    except (ImportError, SyntaxError, NameError, AttributeError, TypeError) as error:
        raise RulePackError(f"the rule module {name} cannot be imported: {_where(error)}{error}") from error


def _where(error: Exception) -> str:
    """Return `file:line: ` of the innermost frame of an error."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}: " if trace else ""


def _refuse_twins(rules: Sequence[Rule]) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        for key in (rule.info.code, rule.info.name):
            if (first := seen.setdefault(key, rule)) is not rule:
                raise RulePackError(f"{rule.definition.origin}: `{key}` is taken by {first.definition.origin}")

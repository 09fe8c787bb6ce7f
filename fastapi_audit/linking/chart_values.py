"""Templates of Helm and the values of their chart → what the values say of what a template leaves to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fastapi_audit.facts.configurations import Resources, Setting
from fastapi_audit.facts.positions import line_of

COMPUTED = "COMPUTED"
VALUES = ("values.yaml", "values.yml")


@dataclass(frozen=True, slots=True)
class ChartValues:
    """The values for one template, by the lines of its expressions. `settings` are all of the chart, whatever file of
    values they stand in; those of `values.yaml`, which hold where nothing else is said, come first.
    """

    settings: tuple[Setting, ...] = ()
    by_line: Mapping[int, Sequence[tuple[str, ...]]] = field(default_factory=dict)

    def filled(self, setting: Setting) -> Setting:
        """Return a setting with the values in the place of its expressions, where all of these are on its line."""
        paths = self.by_line.get(line_of(setting.pos), ())
        parts = setting.value.split(COMPUTED)
        if len(paths) != len(parts) - 1:
            return setting
        told = [self._value(path) or COMPUTED for path in paths]
        pairs = zip(parts, (*told, ""), strict=True)
        return Setting(setting.pos, setting.path, "".join(part + value for part, value in pairs))

    def inserted(self, setting: Setting) -> Iterator[Setting]:
        """Yield what a block of values puts below a key: `{{ toYaml .Values.pod }}`, in a `with` or without one."""
        line = line_of(setting.pos)
        paths = [path for number in (line, line + 1, line - 1) for path in self.by_line.get(number, ()) if path]
        for path in paths[:1]:
            yield from (one for one in self.settings if one.path[:-1] == path)

    def _value(self, path: tuple[str, ...]) -> str:
        return next((one.value for one in self.settings if path and one.path == path), "")


def values_for(path: str, manifests: Mapping[str, Resources]) -> ChartValues:
    """Return the values of the chart that a template belongs to."""
    chart, _, rest = path.rpartition("templates/")
    if not rest or not (chart == "" or chart.endswith("/")):
        return ChartValues()
    beside = [other for other in manifests if other.rpartition("/")[0] == chart.rstrip("/")]
    beside.sort(key=lambda other: other.rpartition("/")[2] not in VALUES)
    return ChartValues(tuple(value for other in beside for value in manifests[other].values), _by_line(manifests[path]))


def _by_line(template: Resources) -> dict[int, list[tuple[str, ...]]]:
    found: dict[int, list[tuple[str, ...]]] = {}
    for expression in template.expressions:
        found.setdefault(expression.line, []).append(expression.path)
    return found

"""What has been drawn of a generated application so far, and what of it later definitions may use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import strategies as st
from packaging.version import Version
from runtime.applications import Definition, arguments
from runtime.parameters import Parameter, parameters, signature

T = TypeVar("T")
HAS_PARAMETER_MODELS_FROM = Version("0.115")
STREAMS_FROM = Version("0.135")
INCLUDES_LIVE_FROM = Version("0.137")


@dataclass(slots=True)
class Sketch:
    """Definitions in order, and expressions, with references in them, that stand for dependencies, routers, …"""

    draw: st.DrawFn
    fastapi: Version
    definitions: list[Definition]
    dependencies: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    decorators: list[str] = field(default_factory=list)
    routers: list[str] = field(default_factory=list)
    applications: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, name: str, source: str) -> str:
        """Add a definition and return the reference to it."""
        self.definitions.append(Definition(name, source))
        return f"«{name}»"

    def fresh(self, stem: str) -> str:
        """Return a name that is not used yet."""
        self.count += 1
        return f"{stem}_{self.count}"

    def one_of(self, *options: str) -> str:
        """Draw one of several texts; the first is the simplest."""
        return self.draw(st.sampled_from(options))

    def maybe(self, text: Callable[[], str]) -> str:
        """Draw whether there is anything."""
        return text() if self.draw(st.booleans()) else ""

    def rarely(self) -> bool:
        """Draw whether to do what is done rarely."""
        return self.draw(st.integers(0, 4)) == 4

    def times(self, most: int, do: Callable[[], T]) -> list[T]:
        """Do something a drawn number of times."""
        return [do() for _ in range(self.draw(st.integers(0, most)))]

    def shuffled(self, parts: Sequence[str]) -> list[str]:
        """Draw an order."""
        return self.draw(st.permutations(parts))

    def signature(self, *before: str) -> str:
        """Draw what stands between the parentheses of a handler or dependency."""
        used = self.times(2, self.use) if self.dependencies or self.aliases else []
        drawn = self.draw(parameters(has_models=self.fastapi >= HAS_PARAMETER_MODELS_FROM))
        return arguments(*before, "*" if self.rarely() and (drawn or used) else "", signature([*drawn, *used]))

    def use(self) -> Parameter:
        """Draw a parameter that asks for a dependency."""
        name = self.fresh("given")
        forms = ["default", "annotated", "security"] if self.dependencies else []
        forms += ["class", "annotated class"] if self.classes else []
        forms += ["alias"] if self.aliases else []
        form = self.one_of(*forms)
        if form == "alias":
            return Parameter(name, self.one_of(*self.aliases))
        if form == "class":
            return Parameter(name, self.one_of(*self.classes), "«fastapi:Depends»()")
        if form == "annotated class":
            return Parameter(name, f"«typing:Annotated»[{self.one_of(*self.classes)}, «fastapi:Depends»()]")
        if form == "security":
            scopes = self.one_of("", 'scopes=["read"]')
            return Parameter(name, "str", f"«fastapi:Security»({arguments(self.one_of(*self.dependencies), scopes)})")
        cached = self.one_of("", "use_cache=False")
        depends = f"«fastapi:Depends»({arguments(self.one_of(*self.dependencies), cached)})"
        if form == "annotated":
            return Parameter(name, f"«typing:Annotated»[«typing:Any», {depends}]")
        return Parameter(name, "str", depends)

    def listed(self) -> str:
        """Draw the argument that lists dependencies, or nothing."""
        if not self.dependencies:
            return ""
        each = [f"«fastapi:{self.one_of('Depends', 'Security')}»({self.one_of(*self.dependencies)})" for _ in range(2)]
        constant = each[0]
        if self.rarely():
            name = self.fresh("COMMON")
            constant = f"*{self.add(name, f'{name} = [{each[0]}]')}"
        return self.one_of("", f"dependencies=[{constant}]", f"dependencies=[{constant}, {each[1]}]")

    def flags(self) -> str:
        """Draw the arguments that routes, routers and inclusions have in common."""
        return arguments(
            self.one_of("", "", 'tags=["a"]', 'tags=["b", «Colour».RED]'),
            self.listed(),
            self.one_of("", "", "", "deprecated=True"),
            self.one_of("", "", "", "include_in_schema=False"),
        )

    def text(self, stem: str, text: str) -> str:
        """Draw how a text is written: as it is, as a constant, in an f-string or as an attribute of settings."""
        form = self.one_of("literal", "literal", "constant", "f-string", "setting")
        if form == "literal" or "{" in text:
            return f'"{text}"'
        name = self.fresh(stem)
        if form == "setting":
            made = self.add(name.title(), f'class {name.title()}:\n    value: str = "{text}"')
            return f"{self.add(name, f'{name} = {made}()')}.value"
        constant = self.add(name.upper(), f'{name.upper()} = "{text}"')
        return constant if form == "constant" else f'f"{{{constant}}}"'

"""Strategies for the parameters of handlers and dependencies: the text of each, as it stands in a signature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

PATH_NAMES = ("item_id", "owner")
NAMES = ("page", "limit", "x_token", "q", "sort_by", "payload", "extra", "flag", "note", "upload")
ALIASES = ("", "", 'alias="X-Alias"', 'alias="other"')
SCALARS = ("int", "str", "bool", "float", "«Colour»", "«uuid:UUID»", "«datetime:date»", '«typing:Literal»["a", "b"]')
OPTIONAL = ("{} | None", "«typing:Optional»[{}]", "«typing:Union»[{}, None]")
LISTS = ("list[str]", "«typing:List»[int]", "set[int]")
BODIES = ("«Item»", "list[«Item»]", "«Item» | None", "dict[str, int]", "«Page»[«Item»]", "«Point»", "list[int]", "dict")
REQUESTS = ("«fastapi:Request»", "«fastapi:Response»", "«fastapi:BackgroundTasks»", "«fastapi.security:SecurityScopes»")
FILES = ("«fastapi:UploadFile»", "bytes", "list[«fastapi:UploadFile»]")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: `name: annotation = default`."""

    name: str
    annotation: str
    default: str = ""

    def __str__(self) -> str:
        annotation = f": {self.annotation}" if self.annotation else ""
        return f"{self.name}{annotation}" + (f" = {self.default}" if self.default else "")


def signature(parameters: Sequence[Parameter]) -> str:
    """Return parameters as the text between the parentheses of a definition."""
    return ", ".join(str(parameter) for parameter in sorted(parameters, key=lambda parameter: bool(parameter.default)))


scalars = st.sampled_from(SCALARS)
optional_scalars = st.builds(lambda form, inner: form.format(inner), st.sampled_from(OPTIONAL), scalars)
lists = st.sampled_from(LISTS)
bodies = st.sampled_from(BODIES)


@st.composite
def _marked(
    draw: st.DrawFn, name: str, marker: str, annotations: st.SearchStrategy[str], options: Sequence[str]
) -> Parameter:
    """Draw what a marker such as `Query(…)` says and how it is attached."""
    annotation, option = draw(annotations), draw(st.sampled_from(options))
    form = draw(st.sampled_from(("default", "annotated", "annotated with default", "ellipsis")))
    if form == "annotated":
        return Parameter(name, f"«typing:Annotated»[{annotation}, «fastapi:{marker}»({option})]")
    if form == "annotated with default":
        return Parameter(name, f"«typing:Annotated»[{annotation} | None, «fastapi:{marker}»({option})]", "None")
    if form == "ellipsis":
        return Parameter(name, annotation, f"«fastapi:{marker}»({', '.join(filter(None, ('...', option)))})")
    return Parameter(name, f"{annotation} | None", f"«fastapi:{marker}»({', '.join(filter(None, ('None', option)))})")


def plain_parameters(name: str) -> st.SearchStrategy[Parameter]:
    """Draw a parameter without a marker: what it is follows from its type and from the path."""
    return st.one_of(
        st.builds(Parameter, st.just(name), scalars),
        st.builds(Parameter, st.just(name), optional_scalars, st.just("None")),
        st.sampled_from((Parameter(name, "int", "1"), Parameter(name, "", '"a"'), Parameter(name, ""))),
        st.builds(Parameter, st.just(name), st.one_of(bodies, st.sampled_from(REQUESTS), st.just(FILES[0]))),
    )


def marked_parameters(name: str) -> st.SearchStrategy[Parameter]:
    """Draw a parameter with a marker, attached to its default or to its annotation."""
    return st.one_of(
        _marked(name, "Query", st.one_of(scalars, lists), ALIASES),
        _marked(name, "Header", scalars, (*ALIASES, "convert_underscores=False")),
        _marked(name, "Cookie", scalars, ALIASES),
        _marked(name, "Form", scalars, ALIASES),
        _marked(name, "File", st.sampled_from(FILES), ALIASES),
        _marked(name, "Body", st.one_of(scalars, bodies), (*ALIASES, "embed=True")),
    )


def path_parameters(name: str) -> st.SearchStrategy[Parameter]:
    """Draw a parameter whose name may stand in the path."""
    return st.builds(Parameter, st.just(name), st.sampled_from(("int", "str")))


def model_parameters(name: str) -> st.SearchStrategy[Parameter]:
    """Draw a parameter whose fields are parameters."""
    markers = st.sampled_from(("Query", "Header", "Cookie", "Form"))
    return st.builds(lambda marker: Parameter(name, f"«typing:Annotated»[«Item», «fastapi:{marker}»()]"), markers)


def parameters(has_models: bool) -> st.SearchStrategy[tuple[Parameter, ...]]:
    """Draw the parameters of a signature, each name once."""
    names = st.lists(st.sampled_from(NAMES + PATH_NAMES), unique=True, max_size=3)
    return names.flatmap(lambda drawn: st.tuples(*(_parameter(name, has_models) for name in drawn)))


def _parameter(name: str, has_models: bool) -> st.SearchStrategy[Parameter]:
    if name in PATH_NAMES:
        return path_parameters(name)
    return st.one_of(plain_parameters(name), marked_parameters(name), *([model_parameters(name)] if has_models else []))

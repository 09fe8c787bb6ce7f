"""Requirements files of pip, `setup.cfg` and conda's `environment.yml`."""

import re
from collections.abc import Iterator, Sequence

from fastapi_audit.extraction.evidence.ini import Section, option_of, read_sections
from fastapi_audit.extraction.evidence.requirement import (
    checked_specifier,
    is_development_group,
    requirement_of_constraint,
    requirement_of_pep508,
)
from fastapi_audit.extraction.evidence.text import line_start, lines_of, text_of
from fastapi_audit.extraction.evidence.tool_config import tools_of_ini
from fastapi_audit.extraction.evidence.yaml_tree import Scalar, child, leaves, read_mapping, scalar
from fastapi_audit.extraction.evidence.yaml_tree import Sequence as YamlSequence
from fastapi_audit.facts.dependencies import Include, Manifest, Requirement
from fastapi_audit.facts.positions import line_of
from fastapi_audit.facts.tools import Option

_COMMENT = re.compile(r"(?:\A|\s)#.*")
_INCLUDE = re.compile(r"(?:-r|-c|--requirement|--constraint)(?:\s+|=)?(\S+)")
_PER_REQUIREMENT_OPTION = re.compile(r"\s--?[a-z].*")
_MAX_LINES_AHEAD = 100
_CONDA = re.compile(r"(?:[\w./-]+::?)?([A-Za-z0-9][\w.-]*)\s*(.*)", re.ASCII)


def read_requirements(name: str, content: bytes) -> Manifest:
    """Read a requirements file; its name says whether it is for development."""
    is_development = is_development_group(name)
    group = "dev" if is_development else ""
    requirements: list[Requirement] = []
    includes: list[Include] = []
    for pos, line in _logical_lines(lines_of(text_of(content))):
        if include := _INCLUDE.match(line):
            includes.append(Include(pos, include[1], line.startswith(("-c", "--constraint"))))
            continue
        text = re.sub(r"\A(?:-e|--editable)[\s=]+", "", line)
        if text.startswith(("-", ".", "file:")):
            continue
        written = _PER_REQUIREMENT_OPTION.sub("", text)
        found = requirement_of_pep508(written, pos, group, is_development=is_development)
        requirements.extend([found] if found else [])
    is_constraints = re.split(r"[-_.]", name)[0] == "constraints" or name.endswith(
        ("-constraints.txt", "_constraints.txt")
    )
    return Manifest(tuple(requirements), tuple(includes), is_constraints=is_constraints)


def read_setup_cfg(content: bytes) -> Manifest:
    """Read the requirements and the tools of a `setup.cfg`."""
    sections = read_sections(content)
    name = option_of(sections, "metadata", "name")
    python = option_of(sections, "options", "python_requires")
    return Manifest(
        requirements=tuple(_of_setup_cfg(sections, lines_of(text_of(content)))),
        tools=tools_of_ini(sections),
        name=name.value if name else "",
        python=checked_specifier(python.value) if python else "",
    )


def read_environment_yml(content: bytes) -> Manifest:
    """Read a conda environment and the requirements for pip within."""
    document = read_mapping(text_of(content))
    dependencies = child(document, "dependencies")
    requirements: list[Requirement] = []
    python = ""
    for item in dependencies.items if isinstance(dependencies, YamlSequence) else []:
        if not isinstance(item, Scalar):
            found = (requirement_of_pep508(leaf.text, leaf.pos) for leaf in leaves(child(item, "pip")))
            requirements.extend(requirement for requirement in found if requirement)
        elif match := _CONDA.fullmatch(item.text):
            requirement = requirement_of_constraint(match[1], _conda_constraint(match[2]), item.pos)
            python = requirement.specifier if requirement.name == "python" else python
            requirements.extend([requirement] if requirement.name != "python" else [])
    return Manifest(tuple(requirements), name=scalar(child(document, "name")) or "", python=python)


def _logical_lines(lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Join continuation lines and drop comments; yield what is left with its first line's position."""
    parts: list[str] = []
    for number, line in enumerate(lines, start=1):
        parts.append(line.removesuffix("\\"))
        if line.endswith("\\") and number < len(lines):
            continue
        text = _COMMENT.sub("", "".join(parts)).strip()
        if text:
            yield line_start(number - len(parts) + 1), text
        parts = []


def _of_setup_cfg(sections: Sequence[Section], lines: Sequence[str]) -> Iterator[Requirement]:
    install_requires = option_of(sections, "options", "install_requires")
    if install_requires:
        yield from _of_option(install_requires, "", lines)
    for section in sections:
        if section.name == "options.extras_require":
            for option in section.options:
                yield from _of_option(option, option.name, lines)


def _of_option(option: Option, group: str, lines: Sequence[str]) -> Iterator[Requirement]:
    """Read requirements that stand on the option's line or below, one to a line."""
    number = line_of(option.pos)
    for text in option.value.splitlines():
        ahead = range(number, min(number + _MAX_LINES_AHEAD, len(lines) + 1))
        number = next((line for line in ahead if text in lines[line - 1]), number)
        found = requirement_of_pep508(text, line_start(number), group, is_development=is_development_group(group))
        if found:
            yield found


def _conda_constraint(written: str) -> str:
    """Return the constraint of `name=1.2`: one equals sign means any version that starts so.

    With all three numbers or a build, that is one version.
    """
    written = written.strip()
    if re.match(r"=[^=]", written):
        version, _, build = written[1:].partition("=")
        is_exact = bool(build) or (version.count(".") >= 2 and "*" not in version)
        return f"=={version}" if is_exact else f"=={version.rstrip('.*')}.*"
    return written

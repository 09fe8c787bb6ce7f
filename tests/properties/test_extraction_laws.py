"""Extraction is total, its facts survive the codec, and neither workers nor order change a byte of them."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fastapi_audit.discovery.discover import discover
from fastapi_audit.extraction.extract import extract
from fastapi_audit.extraction.python.module import Unparsable, extract_module
from fastapi_audit.extraction.worker import extract_batch
from fastapi_audit.facts.syntax import ModuleFacts
from fastapi_audit.knowledge.calls import call_knowledge
from fastapi_audit.linking.link import link
from fastapi_audit.model.repository import Kind, Repository, SourceFile
from fastapi_audit.testing import write_files

PROJECT = Path(__file__).parents[2] / "fixtures" / "projects" / "typical"
SOURCES = sorted((PROJECT.parents[1] / "projects").rglob("*.py"))

snippets = st.sampled_from(
    ["def f", "(", ")", ":", "\n", "    ", "x", " = ", "'", '"""', "f'{", "}'", "async ", "await ", "class C", "[1]",
     "lambda", "import a", "from . import ", "*", "@", "match x:", "case _:", "\\", "\t", "é", "\r\n", "yield ", "1e5"]
)  # fmt: skip


@given(st.text(max_size=200))
def test_any_text_gives_facts_or_a_reason(text: str) -> None:
    _extracts(text.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200))
def test_any_bytes_give_facts_or_a_reason(data: bytes) -> None:
    _extracts(data)


@given(st.lists(snippets, max_size=25))
def test_anything_like_python_gives_facts_or_a_reason(parts: list[str]) -> None:
    _extracts("".join(parts).encode())


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SOURCES), st.integers(0, 5_000), st.integers(0, 40))
def test_real_code_with_a_piece_cut_out_gives_facts_or_a_reason(path: Path, start: int, length: int) -> None:
    source = path.read_bytes()
    _extracts(source[:start] + source[start + length :])


def _extracts(source: bytes) -> None:
    try:
        facts = extract_module(source)
    except Unparsable:
        return
    encoded = msgspec.msgpack.encode(facts)
    decoded = msgspec.msgpack.decode(encoded, type=ModuleFacts)
    assert msgspec.msgpack.encode(decoded) == encoded


def test_the_facts_of_real_code_are_equal_after_the_codec() -> None:
    for path in SOURCES:
        facts = extract_module(path.read_bytes())
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=ModuleFacts) == facts


def test_equal_content_gives_equal_facts_every_time() -> None:
    source = SOURCES[0].read_bytes()
    first, second = extract_batch((source, source))

    assert first.facts == second.facts != b""


def test_workers_give_the_same_bytes_as_this_process() -> None:
    repository = discover(PROJECT)
    alone = extract(repository)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        pooled = extract(repository, executor=pool)

    assert msgspec.msgpack.encode(dict(alone.modules)) == msgspec.msgpack.encode(dict(pooled.modules))
    assert (alone.problems, dict(alone.evidence)) == (pooled.problems, dict(pooled.evidence))


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_change_the_model(shuffler: random.Random) -> None:
    repository = discover(PROJECT)
    files = list(repository.files)
    shuffler.shuffle(files)
    shuffled = Repository(
        repository.root, tuple(files), repository.project_roots, repository.import_roots, repository.problems
    )

    first, second = (link(each, extract(each), call_knowledge())[0] for each in (repository, shuffled))

    assert [str(route) for route in first.routes] == [str(route) for route in second.routes]
    assert [str(call.place) for call in first.calls] == [str(call.place) for call in second.calls]


def test_a_file_that_cannot_be_read_is_a_problem_and_the_rest_is_extracted(tmp_path: Path) -> None:
    write_files(tmp_path, {"good.py": "x = 1\n"})
    files = (SourceFile("gone.py", Kind.PYTHON), SourceFile("good.py", Kind.PYTHON))

    extraction = extract(Repository(tmp_path, files))

    assert list(extraction.modules) == ["good.py"]
    assert [(problem.path, problem.kind) for problem in extraction.problems] == [("gone.py", "unreadable")]

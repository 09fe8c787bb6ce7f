"""What the facts of one file say, and where."""

from __future__ import annotations

import msgspec
import pytest

from fastapi_audit.extraction.python.guard import extract_isolated, is_risky
from fastapi_audit.extraction.python.module import Unparsable, extract_module
from fastapi_audit.facts import syntax
from fastapi_audit.facts.positions import MAX_COLUMN, column_of, line_of, position


def facts_of(source: str) -> syntax.ModuleFacts:
    return extract_module(source.encode())


def only_value(source: str) -> syntax.Expr:
    statement = facts_of(f"x = {source}\n").statements[0]
    assert isinstance(statement, syntax.Assign)
    return statement.value


def place(node: syntax.Node) -> tuple[int, int]:
    return line_of(node.pos), column_of(node.pos)


def test_a_position_holds_line_and_column_and_clamps_long_lines() -> None:
    assert (line_of(position(7, 3)), column_of(position(7, 3))) == (7, 3)
    assert column_of(position(1, MAX_COLUMN + 10)) == MAX_COLUMN


def test_a_decorated_function_stands_at_its_def_and_its_decorator_at_its_own_line() -> None:
    function = facts_of("# first\n\n@app.get('/')\nasync def read(): ...\n").statements[0]

    assert isinstance(function, syntax.FunctionDef)
    assert place(function) == (4, 1)
    assert place(function.decorators[0]) == (3, 2)
    assert function.is_async


def test_places_inside_brackets_and_after_tabs_are_those_of_the_source() -> None:
    value = only_value("(\n\tfirst,\n\t  second(1),\n)")

    assert isinstance(value, syntax.Sequence)
    assert [place(item) for item in value.items] == [(2, 2), (3, 4)]


def test_windows_and_old_mac_line_ends_count_as_lines() -> None:
    assert facts_of("a = 1\r\nb = 2\rc = 3\n").lines == 3


def test_a_byte_order_mark_and_a_coding_cookie_are_understood() -> None:
    marked = extract_module(b"\xef\xbb\xbfname = 'x'\n")
    latin = extract_module("# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1"))

    assert isinstance(marked.statements[0], syntax.Assign)
    assert latin.statements[0] == syntax.Assign(
        position(2, 1), (syntax.Name(position(2, 1), "name"),), syntax.Constant(position(2, 8), "é")
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"def broken(:\n    pass\n", "syntax error"),
        (b"name = 'caf\xe9'\n", "decoded"),
        (b"# coding: no-such-coding\n", "decoded"),
        (b"a = 1\n\0", "NUL"),
    ],
)
def test_a_file_that_is_no_python_says_why(source: bytes, reason: str) -> None:
    with pytest.raises(Unparsable, match=reason):
        extract_module(source)


def test_python_of_any_version_is_read_on_any_interpreter() -> None:
    attempt, alias, function = facts_of(
        "try:\n    pass\nexcept ValueError, TypeError:\n    pass\n"
        "type Pair[T] = tuple[T, T]\ndef first[T](x: T) -> T: ...\n"
    ).statements

    assert isinstance(attempt, syntax.Try)
    assert isinstance(attempt.handlers[0].type, syntax.Sequence)
    assert isinstance(alias, syntax.TypeAlias)
    assert alias.type_params == ("T",)
    assert isinstance(function, syntax.FunctionDef)
    assert function.type_params == ("T",)


def test_an_f_string_keeps_text_and_values_apart() -> None:
    value = only_value("f'a{{b {name!r:>{width}} c' 'd'")

    assert isinstance(value, syntax.FString)
    texts = [part.value for part in value.parts if isinstance(part, syntax.Constant)]
    shown = [part for part in value.parts if isinstance(part, syntax.Interpolation)]
    assert texts == ["a{b ", " c", "d"]
    assert shown[0].conversion == "r"
    assert any(isinstance(part, syntax.Interpolation) for part in shown[0].format)


def test_a_function_knows_whether_it_is_a_generator_but_not_by_what_is_inside_it() -> None:
    outer, plain = facts_of(
        "def outer():\n    yield 1\n\ndef plain():\n    def inner():\n        yield 1\n    return inner\n"
    ).statements

    assert isinstance(outer, syntax.FunctionDef)
    assert isinstance(plain, syntax.FunctionDef)
    assert (outer.is_generator, plain.is_generator) == (True, False)


def test_a_docstring_is_no_statement() -> None:
    function = facts_of('def f():\n    """Say it."""\n    return 1\n').statements[0]

    assert isinstance(function, syntax.FunctionDef)
    assert function.docstring == "Say it."
    assert [type(statement) for statement in function.statements()] == [syntax.Return]


def test_an_expression_beyond_the_depth_that_is_kept_is_opaque() -> None:
    node = only_value("+".join(["a"] * (syntax.MAX_DEPTH + 20)))

    for _ in range(syntax.MAX_DEPTH):
        assert isinstance(node, syntax.BinaryOp)
        node = node.left
    assert isinstance(node, syntax.Opaque)


def test_a_string_annotation_says_what_it_would_say_without_quotes() -> None:
    first, second = facts_of("a: 'list[User]'\nb: Annotated['User', Literal['x'], 'note']\n").statements

    assert isinstance(first, syntax.AnnAssign)
    assert isinstance(second, syntax.AnnAssign)
    at = position(1, 4)
    assert first.annotation == syntax.Subscript(at, syntax.Name(at, "list"), (syntax.Name(at, "User"),))
    assert isinstance(second.annotation, syntax.Subscript)
    user, literal, note = second.annotation.index
    assert isinstance(user, syntax.Name)
    assert isinstance(literal, syntax.Subscript)
    assert isinstance(literal.index[0], syntax.Constant)
    assert isinstance(note, syntax.Constant)


def test_only_comments_for_tools_are_kept_with_whether_they_stand_alone() -> None:
    comments = facts_of(
        "# a remark\nx = 1  # fastapi-audit: ignore[SEC001] test\n# fastapi-audit: ignore[SEC001]\ny = 2\n"
    ).comments

    assert [(line_of(comment.pos), comment.is_alone) for comment in comments] == [(2, False), (3, True)]


def test_numbers_beyond_what_can_be_shipped_are_opaque_and_negative_ones_are_constants() -> None:
    assert isinstance(only_value(str(2**80)), syntax.Opaque)
    assert isinstance(only_value("3j"), syntax.Opaque)
    assert only_value("-0x1_0") == syntax.Constant(position(1, 5), -16)


def test_a_match_statement_keeps_the_names_it_binds_and_the_classes_it_asks_for() -> None:
    match = facts_of(
        "match point:\n    case Point(x=a, y=[b, *rest]) | {'k': a, **more} if a:\n        pass\n"
    ).statements[0]

    assert isinstance(match, syntax.Match)
    case = match.cases[0]
    assert set(case.names) == {"a", "b", "rest", "more"}
    assert [value.id for value in case.values if isinstance(value, syntax.Name)] == ["Point"]


@pytest.mark.parametrize(
    "source",
    ["(" * 5_000 + ")" * 5_000, "a" + ".b" * 6_000, "1" + "+1" * 6_000, "not " * 6_000 + "a", "[" * 300 + "]" * 300],
)
def test_monstrous_nesting_is_refused_without_parsing(source: str) -> None:
    assert is_risky(source.encode())
    with pytest.raises(Unparsable, match=r"nested|operators"):
        extract_isolated(source.encode())


@pytest.mark.parametrize(
    "source",
    ["data = [" + "1.5, " * 3_000 + "]", "text = '" + "(" * 5_000 + "'", "x = " + "(" * 130 + "1" + ")" * 130],
)
def test_long_and_deep_but_harmless_code_is_read_in_a_process_of_its_own(source: str) -> None:
    assert is_risky(source.encode())

    facts = extract_isolated(source.encode())

    assert msgspec.msgpack.encode(facts) == msgspec.msgpack.encode(extract_isolated(source.encode()))
    assert len(facts.statements) == 1


def test_ordinary_code_is_not_risky() -> None:
    assert not is_risky(b"def f(a, b=(1, [2, {3: 4}])):\n    return g(h(i(a)))\n" * 50)

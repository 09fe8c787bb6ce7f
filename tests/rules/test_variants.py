"""The rewritings do what they say, so that a rule that survives them has proved something."""

from rule_variants import with_aliased_imports, with_an_unrelated_file, with_comments_and_blank_lines

from fastapi_audit.rule_api.examples import Example

EXAMPLE = Example(
    {"app/main.py": "import time\n\n@cache\ndef f():\n    time.sleep(1)  # finding\n"}, (("app/main.py", 5),)
)


def test_marked_lines_move_along_with_their_code() -> None:
    variant = with_comments_and_blank_lines(EXAMPLE)

    ((path, line),) = variant.findings
    assert line > 5
    assert variant.files[path].split("\n")[line - 1] == "    time.sleep(1)  # finding"


def test_imported_modules_get_another_name() -> None:
    assert with_aliased_imports(EXAMPLE).files["app/main.py"] == (
        "import time as time_alias\n\n@cache\ndef f():\n    time_alias.sleep(1)  # finding\n"
    )


def test_an_unrelated_file_is_added_beside_the_others() -> None:
    assert sorted(with_an_unrelated_file(EXAMPLE).files) == ["app/main.py", "app/unrelated_thing.py"]

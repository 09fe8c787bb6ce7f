"""Fenced blocks of the documentation become little projects."""

import pytest

from fastapi_audit.rule_api.examples import read_examples


def test_a_python_block_is_main_py_with_its_marked_lines() -> None:
    (example,) = read_examples("```python\na = 1\nb = 2  # finding\n```")

    assert example.files == {"main.py": "a = 1\nb = 2  # finding\n"}
    assert example.findings == (("main.py", 2),)


def test_file_lines_split_a_block() -> None:
    (example,) = read_examples("```python\n# file: app/a.py\na = 1  # finding\n\n# file: app/b.py\nb = 2 #finding\n```")

    assert example.files == {"app/a.py": "a = 1  # finding\n\n", "app/b.py": "b = 2 #finding\n"}
    assert example.findings == (("app/a.py", 1), ("app/b.py", 1))


def test_a_mark_alone_on_its_line_is_for_the_line_below() -> None:
    (example,) = read_examples("```dockerfile\nFROM python\n# finding\nUSER root\n```")

    assert example.findings == (("Dockerfile", 3),)


def test_a_finding_about_the_project_has_no_line() -> None:
    (example,) = read_examples("```python\n# finding: project\na = 1\n```")

    assert example.findings == ()
    assert example.project_findings == 1


def test_every_block_of_a_section_is_an_example_of_its_own() -> None:
    first, second = read_examples("```python\na = 1\n```\nor\n```toml\n[project]\n```\n")

    assert list(first.files) == ["main.py"]
    assert list(second.files) == ["pyproject.toml"]


def test_a_comment_that_only_mentions_a_finding_marks_nothing() -> None:
    (example,) = read_examples("```python\na = 1  # a finding of gold\n```")

    assert example.findings == ()


def test_a_block_in_another_language_must_name_its_file() -> None:
    with pytest.raises(ValueError, match="needs a line `# file: path` before `key: 1`"):
        read_examples("```yaml\nkey: 1\n```")


def test_a_block_in_another_language_may_begin_with_its_file() -> None:
    (example,) = read_examples("```yaml\n# finding: project\n# file: compose.yml\nkey: 1\n```")

    assert example.files == {"compose.yml": "key: 1\n"}
    assert example.project_findings == 1

"""What the text of an SQL statement says about its kind: work on the project's tables, or something of another sort."""

import re

from fastapi_audit.rule_api import DataAccess, ExternalObject, Known, Template, options_of

PLACEHOLDER = "?"

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_ON_ROWS = re.compile(r"\s*(select|insert|update|delete|replace|merge)\b", re.IGNORECASE)
_WITHOUT_TABLE = re.compile(r"\s*select\b(?!.*\bfrom\b)", re.IGNORECASE | re.DOTALL)
_OF_THE_DATABASE = re.compile(
    r"\b(from|into|update)\s+[\"`]?(pg_|information_schema|sqlite_|alembic_version)", re.IGNORECASE
)
_OF_A_REPORT = re.compile(r"\b(group\s+by|over\s*\(|union|intersect|except\s+select|grouping\s+sets)", re.IGNORECASE)
_INNERMOST = re.compile(r"\([^()]*\)")
_CREATES_TABLE = re.compile(r"\s*create\s+table\b", re.IGNORECASE)


def sql_of(access: DataAccess) -> str | None:
    """Return the SQL of a statement given as text, `?` for the parts that are not known; None if nothing is known."""
    if access.statement is None:
        return None
    for option in options_of(access.statement):
        if isinstance(option, Known) and isinstance(option.value, str):
            return _COMMENT.sub(" ", option.value)
        if isinstance(option, Template) and option.parts and isinstance(option.parts[0], str):
            parts = (part if isinstance(part, str) else PLACEHOLDER for part in option.parts)
            return _COMMENT.sub(" ", "".join(parts))
    return None


def is_everyday(sql: str) -> bool:
    """Say whether an ORM would state this as well: rows of the project's tables, and no report over them."""
    if not _ON_ROWS.match(sql) or is_without_table(sql):
        return False
    return not (_OF_THE_DATABASE.search(sql) or _OF_A_REPORT.search(sql))


def is_probe(access: DataAccess) -> bool:
    """Say whether a statement touches no table, as the `SELECT 1` or `select(1)` of a health check."""
    sql = sql_of(access)
    return is_without_table(sql) if sql is not None else selects_constants(access)


def selects_constants(access: DataAccess) -> bool:
    """Say whether the statement is `select(1)` of SQLAlchemy."""
    statement = access.call.argument(0, "statement")
    if not isinstance(statement, ExternalObject) or statement.type != "sqlalchemy.Select" or statement.call is None:
        return False
    selected = statement.call.positional
    return bool(selected) and all(isinstance(value, Known) for value in selected)


def is_without_table(sql: str) -> bool:
    """Say whether a statement is a SELECT that names no table itself; what stands in parentheses is not looked at."""
    outer, found = sql, 1
    while found:
        outer, found = _INNERMOST.subn(" ", outer)
    return _WITHOUT_TABLE.match(outer) is not None


def creates_table(access: DataAccess) -> bool:
    """Say whether a statement creates a table."""
    return _CREATES_TABLE.match(sql_of(access) or "") is not None

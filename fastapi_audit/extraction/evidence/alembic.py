"""`alembic.ini` and `aerich.ini`: where migrations are and which database they run on."""

from fastapi_audit.extraction.evidence.ini import option_of, read_sections
from fastapi_audit.facts.tools import Alembic


def read_alembic(content: bytes) -> Alembic:
    """Read the settings of Alembic or Aerich; what the file does not say is None."""
    sections = read_sections(content)
    recursive = option_of(sections, "alembic", "recursive_version_locations")
    return Alembic(
        script_location=option_of(sections, "alembic", "script_location") or option_of(sections, "aerich", "location"),
        url=option_of(sections, "alembic", "sqlalchemy.url"),
        version_locations=option_of(sections, "alembic", "version_locations"),
        is_recursive=recursive is not None and recursive.value.strip().lower() == "true",
    )

"""`alembic.ini` and `aerich.ini`: where migrations are and which database they run on."""

from fastapi_audit.extraction.evidence.ini import option_of, read_sections
from fastapi_audit.facts.tools import Alembic


def read_alembic(content: bytes) -> Alembic:
    """Read the settings of Alembic or Aerich; what the file does not say is None."""
    sections = read_sections(content)
    return Alembic(
        script_location=option_of(sections, "alembic", "script_location") or option_of(sections, "aerich", "location"),
        url=option_of(sections, "alembic", "sqlalchemy.url"),
    )

"""The static route map of any application equals what FastAPI serves.

`GENERATED_APPLICATIONS=5000` tries that many new ones instead of the few that every run tries.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runtime.comparison import compare_files
from runtime.generated import applications
from runtime.interpreter import Interpreter

WANTED = os.environ.get("GENERATED_APPLICATIONS")


@settings(
    max_examples=int(WANTED or 150),
    derandomize=WANTED is None,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_every_field_of_every_route_is_as_served(fastapi: Interpreter, data: st.DataObject) -> None:
    application = data.draw(applications(fastapi.fastapi))
    comparison = compare_files(fastapi, application.files(), application.target)
    assert not comparison.differences, str(comparison)

"""Where exceptions that are caught go, and with what status responses are made."""

from __future__ import annotations

import pytest
from linking_builders import project_of

from fastapi_audit.model.code import Return
from fastapi_audit.model.values import ExternalObject, Origin, Template, Value, options_of


def raised(clause: str, exception: str) -> Value:
    project = project_of(
        main=f"""
        import httpx
        class Own(Exception): ...
        KINDS = (ValueError, Own)
        def act():
            try:
                print(1)
            except {clause} as error:
                raise RuntimeError({exception})
        """
    )
    (found,) = project.raises
    assert isinstance(found.value, ExternalObject)
    assert found.value.call is not None
    return found.value.call.positional[0]


@pytest.mark.parametrize(
    ("clause", "types"),
    [
        ("Exception", ["Exception"]),
        ("Own", ["main.Own"]),
        ("(httpx.HTTPError, ValueError)", ["httpx.HTTPError", "ValueError"]),
        ("KINDS", ["ValueError", "main.Own"]),
    ],
)
def test_what_a_clause_binds_is_an_exception_of_what_it_catches(clause: str, types: list[str]) -> None:
    options = options_of(raised(clause, "error"))

    assert [option.type for option in options if isinstance(option, ExternalObject)] == types
    assert {option.origin for option in options if isinstance(option, ExternalObject)} == {Origin("exception", "error")}


def test_an_exception_is_a_part_of_the_text_that_is_made_of_it() -> None:
    text = raised("Exception", "f'failed: {error}'")

    assert isinstance(text, Template)
    assert [part.origin for part in text.parts if isinstance(part, ExternalObject)] == [Origin("exception", "error")]


def test_an_argument_of_an_exception_comes_from_it() -> None:
    argument = raised("ValueError", "error.args[0]")

    assert isinstance(argument, ExternalObject)
    assert argument.origin == Origin("exception", "error")


@pytest.mark.parametrize(
    ("response", "status"),
    [
        ("JSONResponse({})", 200),
        ("JSONResponse({}, 404)", 404),
        ("JSONResponse({}, status_code=status.HTTP_409_CONFLICT)", 409),
        ("RedirectResponse('/')", 307),
        ("JSONResponse({}, status_code=number)", None),
        ("JSONResponse({}, **number)", None),
        ("{}", None),
    ],
)
def test_a_returned_response_has_the_status_that_it_is_made_with(response: str, status: int | None) -> None:
    project = project_of(
        main=f"""
        from fastapi import status
        from fastapi.responses import JSONResponse, RedirectResponse
        def answer(number):
            return {response}
        """
    )
    (found,) = project.subjects(Return)

    assert found.status == status


def test_what_a_model_is_dumped_to_knows_the_model() -> None:
    project = project_of(
        main="""
        from pydantic import BaseModel
        class Item(BaseModel):
            name: str
        def dump():
            return Item(name="lamp").model_dump(mode="json")
        """
    )
    (found,) = project.subjects(Return)

    assert isinstance(found.value, ExternalObject)
    assert [type(argument).__name__ for argument in found.value.arguments] == ["Instance"]


def test_an_object_of_a_base_class_may_be_one_of_a_derived_class() -> None:
    project = project_of(
        main="""
        from fastapi.responses import JSONResponse
        class Base(Exception):
            status_code = 500
        class Missing(Base):
            status_code = 404
        def answer(error: Base): return JSONResponse({}, error.status_code)
        def answer_missing(error: Missing): return JSONResponse({}, error.status_code)
        """
    )

    assert [one.status for one in project.subjects(Return)] == [None, 404]


def test_an_exception_keeps_its_attributes_whatever_it_is_made_with() -> None:
    project = project_of(
        main="""
        class Missing(Exception):
            status_code = 404
        class Refused(Exception):
            status_code = 403
            def __init__(self, text): super().__init__(text)
        def act(code):
            if code: raise Missing("a text", 1)
            raise Refused("a text")
        """
    )

    assert [getattr(one.value, "attributes", {}).get("status_code") for one in project.raises] == [None, None]

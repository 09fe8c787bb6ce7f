"""The names of the decorators that a function has."""

from linking_builders import project_of

SOURCE = """
import functools as ft
from functools import cached_property, lru_cache

from cachetools import TTLCache, cached

import own


@lru_cache(maxsize=2)
def a(x): ...


@ft.cache
def b(): ...


@cached(TTLCache(1, 1))
@unknown
def c(): ...


class A:
    @cached_property
    def d(self): ...


@own.wrapped
@ft.cache
def e(): ...
"""
OWN = """
import functools


def wrapped(function):
    @functools.wraps(function)
    def inner(*args):
        return function(*args)

    return inner
"""


def test_decorators_are_named_as_they_are_imported_and_called() -> None:
    project = project_of(main=SOURCE, own=OWN)

    assert {function.qualname: function.decorators for function in project.functions if function.decorators} == {
        "a": {"functools.lru_cache"},
        "b": {"functools.cache"},
        "c": {"cachetools.cached"},
        "A.d": {"functools.cached_property"},
        "e": {"functools.cache"},
    }

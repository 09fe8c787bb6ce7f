"""The parameters of functions and lambdas → facts."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from fastapi_audit.extraction.python.context import Context
from fastapi_audit.facts import syntax

Convert = Callable[[cst.BaseExpression, Context], syntax.Expr]


def convert_parameters(
    parameters: cst.Parameters, context: Context, convert: Convert, annotate: Convert | None = None
) -> tuple[syntax.Parameter, ...]:
    """Return the parameters of a function or lambda in the order of the source.

    `convert` reads their defaults, `annotate` their annotations; a lambda has none.
    """
    found = [(param, "positional") for param in parameters.posonly_params]
    found += [(param, "normal") for param in parameters.params]
    if isinstance(parameters.star_arg, cst.Param):
        found.append((parameters.star_arg, "args"))
    found += [(param, "keyword") for param in parameters.kwonly_params]
    if parameters.star_kwarg is not None:
        found.append((parameters.star_kwarg, "kwargs"))
    return tuple(
        syntax.Parameter(
            context.at(param.name),
            param.name.value,
            kind,
            annotate(param.annotation.annotation, context) if param.annotation and annotate else None,
            convert(param.default, context) if param.default else None,
        )
        for param, kind in found
    )

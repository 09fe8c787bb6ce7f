"""A small abstract interpreter over facts: what every name, call and attribute of the project stands for.

Module bodies are carried out in import order, as Python would, so that factories, loops over routers, registration by
call and inclusion into parameters need no special cases. Functions are then read once each with parameters of the types
that their annotations say. Nothing of the audited code runs: unknown conditions take both branches, unknown values stay
`Unknown`, and calls are bounded in depth and number.
"""

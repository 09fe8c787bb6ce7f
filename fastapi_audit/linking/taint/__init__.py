"""From what clients choose to what must not be told by them.

`sources` knows what comes in, `values` follows it through one function, `tracer` through the whole project, `checks`
finds what tests it on the way, and `sinks` is where it all ends.
"""

"""Places in one file as single integers: `line << 12 | column`, both counted from 1.

Column 4095 stands for every column beyond it. Position 0 means "the file as a whole".
"""

COLUMN_BITS = 12
MAX_COLUMN = (1 << COLUMN_BITS) - 1


def position(line: int, column: int) -> int:
    """Encode a line and a column, both counted from 1."""
    return line << COLUMN_BITS | min(column, MAX_COLUMN)


def line_of(pos: int) -> int:
    """Return the line of a position, counted from 1."""
    return pos >> COLUMN_BITS


def column_of(pos: int) -> int:
    """Return the column of a position, counted from 1."""
    return pos & MAX_COLUMN

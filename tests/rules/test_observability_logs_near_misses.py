"""Look-alikes of the rules about what is written to the log."""

from __future__ import annotations

from rule_builders import FAILS, NO_SUBJECT, PASSES, counts_of

EAGER = "observability.eager_log_formatting"


def test_a_logger_of_another_module_under_another_name_is_known() -> None:
    files = {
        "app/logs.py": "import logging as records\n\nlog = records.getLogger('app')\n",
        "app/main.py": "from app.logs import log as journal\n\n\ndef read(n: int) -> None:\n    journal.info(f'{n}')\n",
    }

    assert counts_of(EAGER, files) == FAILS


def test_a_logger_in_an_attribute_is_known() -> None:
    code = """import logging


class Service:
    def __init__(self) -> None:
        self._log = logging.getLogger(__name__).getChild("service")

    def read(self, n: int) -> None:
        self._log.warning("reading %s" % n)
"""

    assert counts_of(EAGER, {"main.py": code}) == FAILS


def test_the_message_of_log_comes_behind_the_level() -> None:
    code = "import logging\n\n\ndef read(n: int) -> None:\n    logging.log(f'{n}', 'reading')\n"

    assert counts_of(EAGER, {"main.py": code}) == PASSES


def test_a_method_called_info_of_something_else_is_no_log() -> None:
    code = "import redis\n\n\ndef read(cache: redis.Redis, n: int) -> None:\n    cache.info(f'{n}')\n"

    assert counts_of(EAGER, {"main.py": code}) == NO_SUBJECT


def test_a_calculation_is_no_text() -> None:
    code = "import logging\n\n\ndef read(n: int, m: int) -> None:\n    logging.info(n % m)\n    logging.info('%s', n + m)\n"

    assert counts_of(EAGER, {"main.py": code}) == (2, 0, 0)


def test_constants_glued_together_are_one_constant() -> None:
    code = "import logging\n\nlogging.info('a' + 'b')\n"

    assert counts_of(EAGER, {"main.py": code}) == PASSES


def test_an_asynchronous_method_of_structlog_is_a_log() -> None:
    code = """import structlog

log = structlog.get_logger().bind(part="shop")


async def read(n: int) -> None:
    await log.ainfo(f"reading {n}")
"""

    assert counts_of(EAGER, {"main.py": code}) == FAILS


def test_arguments_that_are_unpacked_may_hold_any_message() -> None:
    code = "import logging\n\n\ndef read(*parts: str) -> None:\n    logging.info(*parts)\n"

    assert counts_of(EAGER, {"main.py": code}) == NO_SUBJECT

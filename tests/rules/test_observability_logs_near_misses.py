"""Look-alikes of the rules about what is written to the log."""

from __future__ import annotations

from textwrap import indent

from rule_builders import FAILS, NO_SUBJECT, PASSES, Counts, counts_of, result_of

EAGER = "observability.eager_log_formatting"
LOST = "observability.exception_logged_without_traceback"
HEAD = """import logging
import sys

from fastapi import APIRouter, FastAPI, HTTPException

log = logging.getLogger(__name__)
app = FastAPI()
errors: list[Exception] = []


class Failed(Exception): ...


def work() -> int:
    return 1


def save(error: Exception) -> None:
    log.exception("failed", exc_info=error)


def note() -> None:
    log.debug("details", exc_info=True)
"""


def lost(clause: str, *, head: str = "def run() -> object:", tail: str = "") -> Counts:
    """Return what is said of a function whose broad `except` clause is this."""
    body = f"try:\n    work()\n{clause}\n{tail}"
    return counts_of(LOST, {"app/main.py": f"{HEAD}\n\n{head}\n{indent(body, '    ')}\n"})


def findings(clause: str) -> list[tuple[int, str]]:
    """Return the findings of a broad clause: lines, the first of the clause being 0, and what they say."""
    code = f"{HEAD}\n\ndef run() -> object:\n    try:\n        work()\n"
    found = result_of(LOST, {"app/main.py": code + indent(clause, "    ")})
    return [(one.place.line - code.count("\n") - 1, one.message) for one in found.findings if one.place is not None]


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
    code = "import logging\n\n\ndef read(n: int) -> None:\n    logging.info(n % 2)\n    logging.info('%s', n + 2)\n"

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


def test_a_bare_except_is_broad_and_a_tuple_with_a_broad_class_as_well() -> None:
    assert lost("except:\n    log.error('failed')") == FAILS
    assert lost("except (KeyError, Exception) as e:\n    log.critical('failed: %s', e)") == FAILS


def test_an_error_that_was_expected_needs_no_traceback() -> None:
    assert lost("except (KeyError, ValueError) as e:\n    log.error('failed: %s', e)") == NO_SUBJECT


def test_a_text_of_the_exception_is_no_traceback_however_it_is_made() -> None:
    for text in ("str(e)", "repr(e)", "e.args", "'%s' % e", "f'{type(e).__name__}: {e}'", "'{}'.format(e)"):
        assert lost(f"except Exception as e:\n    log.error({text})") == FAILS


def test_whoever_logs_the_kind_of_an_exception_alone_hides_the_rest_on_purpose() -> None:
    assert lost("except Exception as e:\n    log.error('failed', extra={'error': type(e).__name__})") == PASSES


def test_no_traceback_is_logged_where_exc_info_is_false() -> None:
    assert lost("except Exception:\n    log.error('failed', exc_info=False)") == FAILS
    assert lost("except Exception:\n    log.error('failed', exc_info=sys.exc_info())") == PASSES


def test_arguments_that_are_unpacked_may_ask_for_the_traceback() -> None:
    assert lost("except Exception:\n    log.error('failed', **extra)", head="def run(**extra: bool):") == PASSES


def test_an_exception_that_is_handed_on_is_somebody_elses_to_log() -> None:
    for use in ("errors.append(e)", "save(e)", "return e", "return {'error': e}", "last = e"):
        assert lost(f"except Exception as e:\n    log.error('failed')\n    {use}") == PASSES


def test_a_function_that_logs_the_current_traceback_may_be_called() -> None:
    assert lost("except Exception:\n    log.error('failed')\n    note()") == PASSES


def test_an_error_that_is_raised_again_is_logged_by_who_catches_it() -> None:
    assert lost("except Exception as e:\n    log.error('failed')\n    raise Failed from e") == PASSES
    assert lost("except Exception as e:\n    log.error('failed')\n    raise HTTPException(404) from e") == PASSES
    assert lost("except Exception as e:\n    log.error('failed')\n    raise HTTPException(503) from e") == FAILS


def test_what_is_tried_before_a_raise_is_reported_there() -> None:
    assert lost("except Exception:\n    log.error('failed')", tail="raise Failed") == PASSES


def test_a_warning_says_that_the_error_matters_little() -> None:
    assert lost("except Exception as e:\n    log.warning('failed: %s', e)") == NO_SUBJECT


def test_a_probe_reports_what_is_down_without_a_traceback() -> None:
    head = "@app.get('/health')\ndef run():"

    assert lost("except Exception as e:\n    log.error('down: %s', e)\n    return 'down'", head=head) == NO_SUBJECT


def test_the_innermost_clause_decides() -> None:
    inner = "except Exception:\n    try:\n        work()\n    except KeyError:\n        log.error('gone')"

    assert lost(inner) == NO_SUBJECT


def test_a_command_shows_messages_to_whoever_runs_it() -> None:
    code = (
        "import logging\n\n\ndef run():\n    try:\n        print()\n    except Exception:\n        logging.error('x')\n"
    )

    assert counts_of(LOST, {"app/cli.py": code}) == NO_SUBJECT
    assert counts_of(LOST, {"app/tasks.py": code}) == FAILS


def test_loguru_adds_the_traceback_by_an_option() -> None:
    code = """from loguru import logger


def run() -> None:
    try:
        print(1)
    except Exception:
        logger.opt(exception=True).bind(part="run").error("failed")
    try:
        print(2)
    except Exception:
        logger.opt(depth=1).error("failed")
"""

    assert counts_of(LOST, {"main.py": code}) == (1, 1, 0)


def test_of_several_logs_of_a_clause_the_one_that_says_most_counts() -> None:
    message = "`error` logs the message of the exception and not its traceback"

    assert findings("except Exception as e:\n    log.error('failed')\n    log.error(e)\n") == [(2, message)]
    assert findings("except Exception as e:\n    log.error('failed: %s', e)\n    log.error(e)\n") == [(1, message)]
    assert lost("except Exception as e:\n    log.error('failed')\n    log.exception(e)") == PASSES
    assert findings("except Exception as e:\n    log.error('failed')\n    log.error('again')\n") == [
        (1, "`error` logs nothing of the exception")
    ]


def test_a_variable_made_of_the_exception_tells_its_message() -> None:
    clause = "except Exception as e:\n    text: str = f'failed: {e}'\n    log.error(text)\n"
    other = "except Exception as e:\n    text = 'failed'\n    log.error(text)\n    errors.clear()\n"

    assert findings(clause) == [(2, "`error` logs the message of the exception and not its traceback")]
    assert findings(other) == [(2, "`error` logs nothing of the exception")]

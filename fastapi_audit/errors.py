"""Every exception of the project, and the exit statuses.

    AuditError                 exit status 2: one line on standard error, no traceback
    ├── UsageError             an option or argument is wrong
    ├── ConfigError            a configuration file is wrong
    ├── NothingToAudit         the path holds no Python file
    ├── RulePackError          a rule is badly formed
    └── QualityModelError      the quality model does not fit the rules

What goes wrong with one audited file is data (`FileProblem`), never an exception.
"""

from enum import IntEnum


class ExitStatus(IntEnum):
    """What the command says to its caller."""

    OK = 0
    GATE_FAILED = 1
    ERROR = 2


class AuditError(Exception):
    """The audit cannot run; the message says why and how to mend it, in one line."""


class UsageError(AuditError):
    """An option or an argument is wrong."""


class ConfigError(AuditError):
    """A configuration file or one of its values is wrong."""


class NothingToAudit(AuditError):
    """The path exists and holds no Python file."""


class RulePackError(AuditError):
    """A rule module is badly formed; the message names file and line."""


class QualityModelError(AuditError):
    """The quality model names what does not exist or does not add up."""

r"""A comment silences the type checker without saying for which error.

## Why
It hides the error that was meant and all that come later on the same line, or in the same file.

## Bad
```python
from fastapi import FastAPI

app = FastAPI()
app.state = None  # type: ignore  # finding
app.title = 3  # pyright: ignore  # finding
```

```python
# finding
# mypy: ignore-errors
from fastapi import FastAPI

app = FastAPI()
```

## Good
```python
from fastapi import FastAPI

app = FastAPI()
app.state = None  # type: ignore[assignment]
app.title = 3  # pyright: ignore[reportAttributeAccessIssue]
app.version = "1"  # an ordinary comment on the type: ignored by everybody
```

## Fix
Name the error: `# type: ignore[assignment]`. With `enable_error_code = "ignore-without-code"` mypy lists what to name.

## Limits
That the error still occurs is not checked; `warn_unused_ignores` of mypy does.

## References
PEP 484; mypy documentation, Error codes - ignore-without-code; pyright documentation, Comments.
"""

from fastapi_audit.rule_api import IgnoreComment, Severity, Verdict, fail, ok, rule


@rule("TYP015", severity=Severity.INFO)
def check(comment: IgnoreComment) -> Verdict:
    if comment.codes:
        return ok(comment.place)
    what = "all errors of the file" if comment.is_of_file else "every error of its line"
    return fail(comment.place, f"the comment silences {what}")

"""`python -m fastapi_audit` is the command `fastapi-audit`."""

from fastapi_audit.cli import main

if __name__ == "__main__":
    main()

"""`python -m stylepipe` and the command `stylepipe`: Ctrl-C is one word from here on, also while the rest is loaded."""

import os
import signal
from typing import NoReturn

from stylepipe.errors import ExitCode


def main() -> NoReturn:
    """Load the command line and run it; until it heeds signals itself, Ctrl-C ends this process on the spot."""
    signal.signal(signal.SIGINT, _end_now)
    from stylepipe.cli.main import main as run

    run()


def _end_now(_number: int, _frame: object) -> NoReturn:
    """Say why and end: nothing is begun yet, and an exception amid an import may be swallowed, or shown as a trace."""
    try:
        os.write(2, f"{ExitCode.INTERRUPTED.meaning}\n".encode())
    finally:
        os._exit(ExitCode.INTERRUPTED)


if __name__ == "__main__":
    main()

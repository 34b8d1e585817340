"""The command line: parse, call, print. No decisions; those are the engine's, the resources' and reconcile's.

Exit codes: 0 done; 1 something failed and was explained; 2 the command was not understood; 7 changes were found where
`--expect-no-changes` promised none; 130 interrupted.
"""

from __future__ import annotations

import errno
import sys

from rich.console import Console

from reelstack.cli.app import app
from reelstack.errors import ConfigError, ReelstackError, visible_lines

INTERRUPTED = 130


def main() -> None:
    """Run the command line; a user's fault is a message, never a traceback."""
    try:
        app()
    except ReelstackError as error:
        explain(error, Console(stderr=True))
        sys.exit(1)
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        # Wherever a path is given, a file's text may be given by mistake: each look at it would have to expect that.
        explain(ConfigError(f"{error.filename!r} is too long for the name of a file."), Console(stderr=True))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def explain(error: ReelstackError, console: Console) -> None:
    """Print what happened, as it is spelt (it may begin with a name), and on a line of its own what to do now."""
    console.print("[bold red]error:[/] ", end="")
    for text in filter(None, (error.message, error.hint)):
        console.print(visible_lines(text), markup=False, highlight=False, soft_wrap=True)

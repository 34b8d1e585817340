"""A program's traceback in one line, where the fault is plainly its author's: file, line and what is wrong there.

Both engines hand on what the program's process says when it ends with an exception. For a file that is no Python and
for an input that Reelstack refuses, the frames of Python, the SDK and this package help nobody. Any other exception
keeps its traceback. Called by `monitor` and `translation`.
"""

from __future__ import annotations

import re
from pathlib import Path

HEAD = "Program failed with an unhandled exception:"
PACKAGE = str(Path(__file__).parents[1])
_TRACEBACK = "Traceback (most recent call last):\n"
_FRAME = re.compile(r'^  File "(.+)", line (\d+)', re.MULTILINE)
_SYNTAX = re.compile(r"^(?:SyntaxError|IndentationError|TabError): (.*)", re.MULTILINE)
_OURS = re.compile(r"^reelstack\.errors\.\w+: (.*)", re.MULTILINE | re.DOTALL)


def told(message: str) -> str:
    """The message, in one line where it is the traceback of a user's fault."""
    if not message.lstrip().startswith(HEAD):
        return message
    last = message.rpartition(_TRACEBACK)[2]  # of a chain of exceptions the one that ended the program
    frames = list(_FRAME.finditer(last))
    if frames and (found := _SYNTAX.search(last, frames[-1].end())):
        return f"{_place(frames[-1])}: {found[1]}{_quoted(last[frames[-1].end() : found.start()])}"
    if found := _OURS.search(last):
        theirs = [frame for frame in frames if not frame[1].startswith(PACKAGE)]
        ours = next((frame.start() for frame in frames if frame[1].startswith(PACKAGE)), len(last))
        called = [frame for frame in theirs if frame.start() < ours]
        return f"{_place(called[-1])}: {found[1].strip()}" if called else found[1].strip()
    return message


def _place(frame: re.Match[str]) -> str:
    return f"{frame[1]}:{frame[2]}"


def _quoted(shown: str) -> str:
    """The line of the program that Python shows above its mark."""
    line = next((text.strip() for text in shown.splitlines()[1:] if text.strip()), "")
    return f": {line}" if line else ""

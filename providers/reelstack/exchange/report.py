"""What did not carry over between an editor's cut and a campaign: where it stands, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from reelstack.errors import visible


@dataclass(frozen=True)
class Loss:
    """One thing that the other side cannot say. `at` is the timecode in the cut; `what` tells what became of it."""

    what: str
    track: str = ""
    item: str = ""
    at: str = ""

    def __str__(self) -> str:
        name = repr(self.item) if self.item else ""
        place = " ".join(part for part in (self.at, self.track, name) if part)
        return visible(f"{place}: {self.what}" if place else self.what)

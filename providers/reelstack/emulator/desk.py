"""What the handlers of every room work with; each room adds the tables of what it remembers."""

from __future__ import annotations

from dataclasses import dataclass

from reelstack.clock import Clock
from reelstack.emulator.callbacks import Callbacks
from reelstack.emulator.ids import Ids
from reelstack.emulator.lifecycle import Lifecycle
from reelstack.emulator.objects import Objects
from reelstack.emulator.settings import Faults, Settings
from reelstack.emulator.sources import Sources
from reelstack.emulator.store import Store


@dataclass
class Desk:
    """The local cloud as a room sees it. `faults` are those of all rooms, `base_url` is where objects are fetched."""

    store: Store
    objects: Objects
    sources: Sources
    lifecycle: Lifecycle
    clock: Clock
    ids: Ids
    faults: Faults
    callbacks: Callbacks
    region: str
    base_url: str = "http://127.0.0.1:8757"

    @property
    def settings(self) -> Settings:
        """The rules that hold now."""
        return self.lifecycle.settings

    def now(self) -> str:
        """The present, as records keep it."""
        return self.clock.now().isoformat()

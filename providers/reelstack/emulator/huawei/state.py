"""What the Huawei room remembers, and the desk at which its handlers sit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from reelstack.emulator import desk
from reelstack.emulator.facts import Facts
from reelstack.emulator.lifecycle import SUCCESS, Production
from reelstack.emulator.store import Table

CREATING, CREATED, UPLOAD_FAILED, CANCELLED, DELETED = "CREATING", "CREATED", "UPLOAD_FAILED", "CANCELLED", "DELETED"
NO_ASSET = "NO_ASSET"


@dataclass(frozen=True)
class Task:
    """An editing task: what was asked for. How far it is, its production knows (same id), unless it was cancelled."""

    id: str
    asset_id: str
    created: str
    inputs: tuple[dict[str, Any], ...]
    settings: dict[str, Any]
    cancelled: str = ""
    expired: bool = False


@dataclass(frozen=True)
class Asset:
    """A media asset. `ready` is when it is done being created, `looks` counts down to that with pace `per_look`.

    `format` is the container in the service's words. The asset of a task that failed is UPLOAD_FAILED, of a cancelled
    one CANCELLED: which of its words the service uses there is not documented.
    """

    id: str
    object: str
    created: str
    modified: str
    title: str
    format: str
    status: str = CREATED
    ready: str = ""
    looks: int = 0
    task_id: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    synthesised: bool = False

    @property
    def known(self) -> Facts | None:
        """What is known of the file."""
        return Facts(**self.facts) if self.facts else None


@dataclass
class Desk(desk.Desk):
    """Keeps tasks and assets."""

    def __post_init__(self) -> None:
        self.tasks: Table[Task] = self.store.table("huawei.task", Task)
        self.assets: Table[Asset] = self.store.table("huawei.asset", Asset)

    def put_asset(self, asset: Asset) -> None:
        """Keep an asset."""
        self.assets.put(asset.id, asset)

    def living_asset(self, asset_id: str) -> Asset | None:
        """The asset, unless it never was or was deleted."""
        found = self.assets.get(asset_id)
        return None if found is None or found.status == DELETED else found

    def status(self, asset: Asset) -> str:
        """The asset's status: a finished file is looked at for a moment before it counts as created."""
        waits = asset.looks > 0 or (asset.ready and self.clock.now() < datetime.fromisoformat(asset.ready))
        return CREATING if asset.status == CREATED and waits else asset.status

    def facts(self, asset: Asset) -> Facts | None:
        """What may be told of the asset's file; nothing until it is there."""
        return None if self.status(asset) == CREATING else asset.known

    def looked_at(self, asset: Asset) -> None:
        """With pace `per_look` each look brings the asset nearer to being created."""
        if asset.looks > 0:
            self.put_asset(replace(asset, looks=asset.looks - 1))

    def is_listed(self, created: str) -> bool:
        """Whether lists show what was made then: they may be told to be late."""
        age = self.clock.now() - datetime.fromisoformat(created)
        return age >= timedelta(seconds=self.faults.lateness())

    def production_ended(self, production: Production) -> None:
        """Tell the output asset how its task ended."""
        task = self.tasks.get(production.id)
        asset = self.living_asset(task.asset_id) if task else None
        if asset is None:
            return
        ended = replace(asset, modified=production.completed)
        if production.status != SUCCESS:
            self.put_asset(replace(ended, status=UPLOAD_FAILED))
            return
        done = datetime.fromisoformat(production.completed)
        rules = self.settings
        waits = rules.analysis_seconds / rules.speed if production.pace in ("rendered", "timed") else 0.0
        self.put_asset(
            replace(
                ended,
                status=CREATED,
                facts=production.facts,
                ready=(done + timedelta(seconds=waits)).isoformat(),
                looks=1 if production.pace == "per_look" else 0,
            )
        )

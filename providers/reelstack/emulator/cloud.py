"""The local cloud put together: one folder, one clock, its rooms. What `app` serves and `control` plays with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from reelstack.clock import Clock, SystemClock
from reelstack.emulator import ledger
from reelstack.emulator.callbacks import Callbacks, Post, post
from reelstack.emulator.desk import Desk
from reelstack.emulator.gateway import Gateway, Room
from reelstack.emulator.huawei import tasks as huawei_tasks
from reelstack.emulator.huawei.gateway import HuaweiGateway
from reelstack.emulator.huawei.keys import KEYS
from reelstack.emulator.huawei.keys import REGION as HUAWEI_REGION
from reelstack.emulator.huawei.state import Desk as HuaweiDesk
from reelstack.emulator.huawei.verify import Verifier as HuaweiVerifier
from reelstack.emulator.ids import Ids
from reelstack.emulator.ims import events, jobs
from reelstack.emulator.ims import routes as ims_routes
from reelstack.emulator.ims.state import Desk as ImsDesk
from reelstack.emulator.lifecycle import Lifecycle
from reelstack.emulator.objects import Objects
from reelstack.emulator.params import Params
from reelstack.emulator.settings import Settings
from reelstack.emulator.sources import Sources
from reelstack.emulator.store import Store
from reelstack.emulator.verify import Credential, Verifier
from reelstack.emulator.vod import production
from reelstack.emulator.vod import routes as vod_routes
from reelstack.emulator.vod.state import Desk as VodDesk
from reelstack.emulator.worker import Programs, Worker

REGION = "cn-shanghai"
# Fixed and worthless: they open this program on this machine and nothing else.
PERMANENT = Credential("LTAI5tReelstackLocalKey0", "reelstack-local-cloud-secret00")
TEMPORARY = Credential("STS.ReelstackLocalKey000", "reelstack-local-cloud-secret01", "reelstack-local-cloud-session")
CREDENTIALS = (PERMANENT, TEMPORARY)

D = TypeVar("D")
RoomDesk = TypeVar("RoomDesk", bound=Desk)


class Cloud:
    """Everything that one folder holds. Use it as a context manager, or `close` it: it may have a render running.

    `settings` are those to begin with and to go back to on a reset; later changes are kept in the folder. `seed`
    makes the ids predictable. `region` is where all services are. `post` delivers events.
    """

    def __init__(
        self,
        directory: Path,
        *,
        clock: Clock | None = None,
        credentials: tuple[Credential, ...] = CREDENTIALS,
        settings: Settings | None = None,
        seed: str | None = None,
        programs: Programs | None = None,
        region: str = REGION,
        post: Post = post,
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.clock = clock or SystemClock()
        self.store = Store(directory / "state.db")
        # A seeded source must not repeat itself after a restart: what exists already is part of the seed.
        self.ids = Ids(None if seed is None else f"{seed}/{self.store.last_seq()}")
        self.objects = Objects(directory / "objects")
        self.lifecycle = Lifecycle(self.store, self.objects, self.clock)
        self._first_settings = settings or Settings()
        self._kept_settings = self.store.table("settings", Settings)
        self.lifecycle.settings = self._kept_settings.get("now") or self._first_settings
        self.sources = Sources(self.store, self.objects)
        self.worker = Worker(self.lifecycle, self.sources, self.objects, directory / "scratch", programs or Programs())
        self.lifecycle.wake = self.worker.wake
        rooms: dict[str, Room] = {}
        self.gateway = Gateway(
            rooms, Verifier(credentials), self.lifecycle, store=self.store, clock=self.clock, ids=self.ids
        )
        self.callbacks = Callbacks(self.gateway.journal, self.clock, self.ids, post)
        self.ims = self._open_ims(rooms, region)
        self.vod = self._open_vod(rooms, region)
        self.huawei = self._open_huawei()
        self.huawei_gateway = HuaweiGateway(
            self.huawei, HuaweiVerifier(KEYS), faults=self.gateway.faults, journal=self.gateway.journal
        )
        self.worker.wake()  # for what a killed process left unfinished

    def _desk(self, kind: type[RoomDesk], region: str) -> RoomDesk:
        return kind(
            store=self.store,
            objects=self.objects,
            sources=self.sources,
            lifecycle=self.lifecycle,
            clock=self.clock,
            ids=self.ids,
            faults=self.gateway.faults,
            callbacks=self.callbacks,
            region=region,
        )

    def _open_ims(self, rooms: dict[str, Room], region: str) -> ImsDesk:
        desk = self._desk(ImsDesk, region)
        rooms[ims_routes.VERSION] = Room(ims_routes.PRODUCT, _at(desk, ims_routes.ACTIONS), ims_routes.SUBMIT)
        self.lifecycle.on_end[jobs.ROOM] = partial(events.production_ended, desk)
        self.lifecycle.on_tick.append(partial(events.tell, desk))
        return desk

    def _open_vod(self, rooms: dict[str, Room], region: str) -> VodDesk:
        desk = self._desk(VodDesk, region)
        actions = _at(desk, vod_routes.ACTIONS)
        rooms[vod_routes.VERSION] = Room(vod_routes.PRODUCT, actions, vod_routes.SUBMIT, vod_routes.LIMITS)
        self.lifecycle.on_end[production.ROOM] = desk.production_ended
        return desk

    def _open_huawei(self) -> HuaweiDesk:
        desk = self._desk(HuaweiDesk, HUAWEI_REGION)
        self.lifecycle.on_end[huawei_tasks.ROOM] = desk.production_ended
        return desk

    def __enter__(self) -> Cloud:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def settings(self) -> Settings:
        """The rules that hold now."""
        return self.lifecycle.settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self.lifecycle.settings = settings
        self._kept_settings.put("now", settings)

    def serve_at(self, base_url: str) -> None:
        """Objects are fetched from here: the addresses in answers begin with it."""
        self.ims.base_url = base_url
        self.vod.base_url = base_url
        self.callbacks.own = base_url
        self.huawei.base_url = base_url

    def reset(self) -> None:
        """Forget everything but the ledger: records, files, faults, changed settings, the render in hand."""
        with self.store.transaction():
            self.store.clear(but=ledger.KIND)
            self.lifecycle.settings = self._first_settings
            self.gateway.faults.standing.clear()
            self.huawei_gateway.forget()
            shutil.rmtree(self.objects.root)
            self.objects.root.mkdir()
        self.callbacks.forget()
        self.worker.abandon()

    def close(self) -> None:
        """End the render in hand and close the state file. Unfinished jobs go on at the next start."""
        self.worker.stop()
        self.callbacks.stop()
        self.store.close()


def _at(
    desk: D, actions: Mapping[str, Callable[[D, Params], dict[str, Any]]]
) -> dict[str, Callable[[Params], dict[str, Any]]]:
    """A room's handlers, each at its desk."""
    return {name: partial(handler, desk) for name, handler in actions.items()}

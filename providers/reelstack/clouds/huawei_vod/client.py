"""The service's operations, one short method each. Says what may be repeated; decides nothing else.

Every method raises `CloudError`. Batches are cut to what the service takes at a time, lists are walked page by page
as they are consumed. An answer of success can hide refusals: they are looked for and raised. Editing tasks are under
/v1/, assets under /v1.0/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from reelstack.clouds.huawei_vod import requests, shapes
from reelstack.errors import ConfigError, NotFound, Rejected
from reelstack.wire import answers, decode
from reelstack.wire.answers import Payload, chunks
from reelstack.wire.dialect import HUAWEI
from reelstack.wire.message import Rest
from reelstack.wire.transport import Transport

CLOUD = "huawei-vod"
BATCH = 10
PAGE = 100
_TASKS = ("asset", "editing", "tasks")

Pairs = Iterable[tuple[str, str]]
Answer = TypeVar("Answer", bound=shapes.Answer)
Item = TypeVar("Item", shapes.EditTask, shapes.AssetInfo, shapes.ListedAsset)


class HuaweiVodClient:
    """Speaks to the service of one region and project through a transport that knows its address and signs.

    The transport should be opened with `rate.huawei_vod` and `retry.PER_MINUTE`: limits count by the minute here.
    """

    def __init__(self, transport: Transport, project_id: str) -> None:
        if not project_id:
            raise ConfigError(
                "the id of the Huawei Cloud project is not known.", hint="Set HUAWEICLOUD_SDK_PROJECT_ID."
            )
        self._transport = transport
        self._project_id = project_id

    # Editing tasks

    def create_asset_edit_task(self, new: requests.NewEditTask) -> shapes.CreatedTask:
        """Submit a billable task; raises ConfigError for one that the service would refuse.

        Never repeated by itself: after `OutcomeUnknown` look through the newest tasks.
        """
        if faults := new.faults():
            raise ConfigError.of(faults)
        action = "CreateAssetEditTask"
        message = Rest("POST", ("v1", self._project_id, *_TASKS), body=new.document())
        return _read(shapes.CreatedTask, action, self._send(action, message, idempotent=False), idempotent=False)

    def get_asset_edit_task(self, task_id: str) -> shapes.EditTask:
        """Read a task by id; raises `NotFound` when the service has no record of it."""
        payload = self._list_tasks((("task_id", task_id),))
        tasks = _read(shapes.TaskPage, "ListAssetEditTask", payload).tasks
        found = next((task for task in tasks if task.task_id == task_id), None)
        if found is None:
            raise _gone("ListAssetEditTask", f"there is no task {task_id}", payload)
        return found

    def list_asset_edit_tasks(self) -> Iterator[shapes.EditTask]:
        """All tasks. Their order is not documented. One call tells of a hundred: look so when there are many."""

        def page(number: int) -> tuple[tuple[shapes.EditTask, ...], bool]:
            payload = self._list_tasks((("offset", str(number * PAGE)), ("limit", str(PAGE))))
            found = _read(shapes.TaskPage, "ListAssetEditTask", payload).tasks
            return found, len(found) == PAGE

        return _walk(page, lambda task: task.task_id)

    def delete_asset_edit_task(self, task_id: str) -> None:
        """Cancel a task, which must still be waiting; raises `Rejected` in any other state.

        It may be repeated, and the repeat then finds it cancelled: after `Rejected` look at the task.
        """
        message = Rest("DELETE", ("v1", self._project_id, *_TASKS), (("task_id", task_id),))
        self._send("DeleteAssetEditTask", message)

    # Assets

    def show_asset_detail(self, asset_id: str, categories: Iterable[str] = ()) -> shapes.AssetDetail:
        """Read an asset; raises `NotFound`.

        `categories`: base_info, transcode_info, thumbnail_info, review_info; none is all.
        """
        action = "ShowAssetDetail"
        query = (("asset_id", asset_id), *(("categories", one) for one in categories))
        return _read(shapes.AssetDetail, action, self._send(action, self._assets("GET", "details", query)))

    def show_asset_meta(self, asset_ids: Iterable[str]) -> tuple[shapes.AssetInfo, ...]:
        """Read several assets with their status. Those that do not exist are there, with a status that says so."""
        pages = (self._meta(_ids(some)) for some in chunks(asset_ids, BATCH))
        return tuple(asset for page in pages for asset in page.assets)

    def find_asset_meta(self, filters: requests.AssetFilter | None = None) -> Iterator[shapes.AssetInfo]:
        """Assets with their status, page by page."""
        wanted = filters or requests.AssetFilter()

        def page(number: int) -> tuple[tuple[shapes.AssetInfo, ...], bool]:
            found = self._meta((*wanted.pairs(), ("page", str(number))))
            return found.assets, found.truncated == 1

        return _walk(page, lambda asset: asset.asset_id)

    def list_assets(self, filters: requests.AssetListFilter | None = None) -> Iterator[shapes.ListedAsset]:
        """Assets in short, page by page."""
        action, wanted = "ListAssetList", filters or requests.AssetListFilter()

        def page(number: int) -> tuple[tuple[shapes.ListedAsset, ...], bool]:
            query = (*wanted.pairs(), ("page", str(number)))
            found = _read(shapes.AssetPage, action, self._send(action, self._assets("GET", "list", query))).assets
            return found, len(found) >= wanted.size

        return _walk(page, lambda asset: asset.asset_id)

    def delete_assets(self, asset_ids: Iterable[str], *, only_source: bool = False) -> tuple[str, ...]:
        """Delete assets, or only their source files, and return the ids that were gone already.

        Raises `Rejected` that names those that are left, after all the others were deleted.
        """
        found = _joined([self._delete(some, only_source=only_source) for some in chunks(asset_ids, BATCH)])
        if found.left:
            raise _not_deleted(found)
        return found.gone

    # Below: how a call is made and read

    def _send(self, action: str, message: Rest, *, idempotent: bool = True) -> dict[str, object]:
        return self._transport.send(action, message, cloud=CLOUD, idempotent=idempotent, dialect=HUAWEI)

    def _list_tasks(self, query: Pairs) -> dict[str, object]:
        return self._send("ListAssetEditTask", Rest("GET", ("v1", self._project_id, *_TASKS), tuple(query)))

    def _assets(self, method: str, what: str, query: Pairs) -> Rest:
        return Rest(method, ("v1.0", self._project_id, "asset", *([what] if what else [])), tuple(query))

    def _meta(self, query: Pairs) -> shapes.InfoPage:
        action = "ShowAssetMeta"
        return _read(shapes.InfoPage, action, self._send(action, self._assets("GET", "info", query)))

    def _delete(self, ids: tuple[str, ...], *, only_source: bool) -> _Deleted:
        action = "DeleteAssets"
        kind = (("delete_type", "origin"),) if only_source else ()
        try:
            payload = self._send(action, self._assets("DELETE", "", (*_ids(ids), *kind)))
        except NotFound:
            if len(ids) == 1:
                return _Deleted(gone=ids)
            # The answer does not say which one was unknown, nor whether the others were deleted.
            return _joined([self._delete((one,), only_source=only_source) for one in ids])
        done = {one.asset_id for one in _read(shapes.Deletions, action, payload).results if one.done}
        return _Deleted(left=tuple(one for one in ids if one not in done), request_id=_request_id(payload))


@dataclass(frozen=True)
class _Deleted:
    """What a deletion did not do: what was gone already, and what is still there."""

    gone: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    request_id: str = ""


def _joined(parts: list[_Deleted]) -> _Deleted:
    return _Deleted(
        gone=tuple(one for part in parts for one in part.gone),
        left=tuple(one for part in parts for one in part.left),
        request_id=next((part.request_id for part in parts if part.left), ""),
    )


def _walk(page: Callable[[int], tuple[tuple[Item, ...], bool]], name: Callable[[Item], str]) -> Iterator[Item]:
    """The items of all pages, each once, as long as a page says that there are more and brings new ones."""
    seen: set[str] = set()
    number, more = 0, True
    while more:
        items, goes_on = page(number)
        new = [item for item in items if name(item) not in seen]
        yield from new
        seen.update(name(item) for item in new)
        number, more = number + 1, goes_on and bool(new)


def _ids(asset_ids: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(("asset_id", one) for one in asset_ids)


def _read(shape: type[Answer], action: str, payload: Payload, *, idempotent: bool = True) -> Answer:
    call = decode.Call(CLOUD, action, idempotent, dialect=HUAWEI)
    return answers.read(shape, payload, call, _request_id(payload))


def _request_id(payload: Payload) -> str:
    return str(payload.get("request_id") or "")


def _gone(action: str, message: str, payload: Payload) -> NotFound:
    return NotFound(
        cloud=CLOUD, action=action, code="Gone", message=message, request_id=_request_id(payload), status=200
    )


def _not_deleted(found: _Deleted) -> Rejected:
    return Rejected(
        cloud=CLOUD,
        action="DeleteAssets",
        code="NotDeleted",
        message=f"still there: {', '.join(found.left)}",
        request_id=found.request_id,
        status=200,
        hint="An asset that is being transcoded, reviewed or captured cannot be deleted: run again when it is done.",
    )

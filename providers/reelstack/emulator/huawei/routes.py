"""Which method and path is which operation of the room. Editing is under /v1/, assets under /v1.0/."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reelstack.emulator.huawei import assets, tasks
from reelstack.emulator.huawei.call import Call
from reelstack.emulator.huawei.state import Desk

TASKS, ASSETS = "tasks", "assets"
"""The two request limits: 100 and 1500 a minute."""


@dataclass(frozen=True)
class Operation:
    """One operation, by the SDK's name. `path` has `*` for the project's id; `status` is that of a success."""

    name: str
    method: str
    path: str
    handler: Callable[[Desk, Call], dict[str, Any]]
    limit: str = TASKS
    status: int = 200


OPERATIONS = (
    Operation("CreateAssetEditTask", "POST", "/v1/*/asset/editing/tasks", tasks.create),
    Operation("ListAssetEditTask", "GET", "/v1/*/asset/editing/tasks", tasks.list_all),
    Operation("DeleteAssetEditTask", "DELETE", "/v1/*/asset/editing/tasks", tasks.cancel, status=204),
    Operation("ShowAssetDetail", "GET", "/v1.0/*/asset/details", assets.details, ASSETS),
    Operation("ShowAssetMeta", "GET", "/v1.0/*/asset/info", assets.info, ASSETS),
    Operation("ListAssetList", "GET", "/v1.0/*/asset/list", assets.list_all, ASSETS),
    Operation("DeleteAssets", "DELETE", "/v1.0/*/asset", assets.delete),
)


def find(method: str, path: str) -> Operation | None:
    """The operation of a request; None when there is no such API."""
    return next((each for each in OPERATIONS if each.method == method and _is_at(path, each.path)), None)


def _is_at(path: str, pattern: str) -> bool:
    given, wanted = path.split("/"), pattern.split("/")
    return len(given) == len(wanted) and all(w in (g, "*") and g for g, w in zip(given[1:], wanted[1:], strict=True))

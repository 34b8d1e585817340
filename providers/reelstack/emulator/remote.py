"""The control room of a running local cloud, called from outside: what the command line and set-up scripts use.

Standard library only, and never through a proxy: the local cloud answers on loopback.
"""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

TIMEOUT = 120
NOT_FOUND = 404

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ControlError(Exception):
    """The local cloud refused, or did not answer; the message says why."""


def add_media(url: str, file: Path, media_id: str, title: str | None = None) -> dict[str, Any]:
    """Register a file as source media; raises ControlError when it is no media file or the id is taken."""
    body = {"path": str(file.resolve()), "media_id": media_id, **({"title": title} if title else {})}
    return _call("POST", f"{url}/_control/media", body)


def add_template(url: str, config: dict[str, Any], template_id: str | None = None, kind: str = "Timeline") -> str:
    """Keep a template and return its id; raises ControlError when it is no template."""
    body = {"config": config, "type": kind, **({"template_id": template_id} if template_id else {})}
    return str(_call("POST", f"{url}/_control/templates", body)["id"])


def media(url: str, media_id: str) -> dict[str, Any] | None:
    """What the local cloud holds under an id, with its path on this machine; None when it holds nothing."""
    try:
        return _call("GET", f"{url}/_control/media/{media_id}")
    except ControlError as error:
        if isinstance(error.__cause__, urllib.error.HTTPError) and error.__cause__.code == NOT_FOUND:
            return None
        raise


def frames(
    url: str, timeline: Mapping[str, Any], size: tuple[int, int], at: Sequence[float]
) -> tuple[dict[float, bytes], list[str]]:
    """Pictures of a timeline at some seconds, as JPEG, and the materials that are stand-ins; raises ControlError."""
    body = {"timeline": timeline, "width": size[0], "height": size[1], "at": list(at)}
    found = _call("POST", f"{url}/_control/frames", body)
    return {float(at): base64.b64decode(picture) for at, picture in found["frames"].items()}, found["stand_ins"]


def reset(url: str) -> None:
    """Forget all projects, jobs and media."""
    _call("POST", f"{url}/_control/reset", {})


def _call(method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)  # noqa: S310
    try:
        with _direct.open(request, timeout=TIMEOUT) as answer:
            return dict(json.load(answer))
    except urllib.error.HTTPError as error:
        raise ControlError(_reason(error.read())) from error
    except (OSError, ValueError) as error:
        raise ControlError(f"the local cloud does not answer ({error})") from error


def _reason(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return body[:200].decode(errors="replace")
    return str(said.get("Message") or said.get("message") or said.get("error") or said)

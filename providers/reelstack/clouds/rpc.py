"""What the clients of Alibaba's services have in common: how a call is made and read, batched and turned over.

Both services speak the same RPC style; which operations they have, and what may be repeated, is the clients' to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import ClassVar, TypeVar

from reelstack.errors import NotFound
from reelstack.wire import answers, decode
from reelstack.wire.answers import Payload, chunks
from reelstack.wire.parameters import Parameters, text
from reelstack.wire.transport import Transport

BATCH = 20  # documented for deleting and reading media; the largest batch of projects is not published

Answer = TypeVar("Answer", bound=answers.Answer)
Item = TypeVar("Item")


class RpcClient:
    """Speaks to a service through a transport that knows its address and signs."""

    cloud: ClassVar[str]
    version: ClassVar[str]

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def _call(
        self,
        action: str,
        parameters: Parameters | Mapping[str, str],
        *,
        form: Mapping[str, str] | None = None,
        idempotent: bool = True,
    ) -> dict[str, object]:
        if isinstance(parameters, Parameters):
            form, parameters = parameters.form(), parameters.query()
        return self._transport.call(
            action, cloud=self.cloud, version=self.version, query=parameters, form=form, idempotent=idempotent
        )

    def _read(self, shape: type[Answer], action: str, payload: Payload, *, idempotent: bool = True) -> Answer:
        return answers.read(shape, payload, decode.Call(self.cloud, action, idempotent), request_id(payload))

    def _part(
        self, shape: type[Answer], action: str, payload: Payload, name: str, *, idempotent: bool = True
    ) -> Answer:
        """Read the object inside the answer; it takes the request id along."""
        part = payload.get(name)
        inner = {**part, "RequestId": request_id(payload)} if isinstance(part, dict) else payload
        return self._read(shape, action, inner, idempotent=idempotent)

    def _delete_projects(self, action: str, project_ids: Iterable[str]) -> None:
        """Delete projects; those that are gone already are a success."""
        for ids in chunks(project_ids, BATCH):
            try:
                self._call(action, {"ProjectIds": text(ids)})
            except NotFound:
                # The answer does not say which one was unknown, nor whether the others were deleted.
                if len(ids) > 1:
                    for project_id in ids:
                        self._delete_projects(action, (project_id,))


def turned(page_of: Callable[[int], tuple[Item, ...]], id_of: Callable[[Item], str], size: int) -> Iterator[Item]:
    """The items of numbered pages of a size, each once.

    One that moves between pages meanwhile may be missing. Nothing new on a full page: the service turns no pages.
    """
    seen: set[str] = set()
    number = 1
    while True:
        page = page_of(number)
        new = [item for item in page if id_of(item) not in seen]
        yield from new
        seen.update(map(id_of, new))
        if not new or len(page) < size:
            return
        number += 1


def request_id(payload: Payload) -> str:
    """The id under which the service knows the request."""
    return str(payload.get("RequestId") or "")

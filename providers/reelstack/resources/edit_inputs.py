"""The inputs of an editing task and the rules over them: what is wrong is found here, before any call.

`vod_edit_task` acts on them. The rules are those of CreateAssetEditTask (Huawei Cloud VOD, version 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pulumi.dynamic import CheckFailure
from pulumi.runtime import rpc
from pydantic import ValidationError

from reelstack.clouds.huawei_vod import adapter
from reelstack.models import canonical
from reelstack.models.base import Model
from reelstack.models.cut import Cut, CutSettings, Piece, meaning
from reelstack.models.fields import Api, ours
from reelstack.reconcile.referee import Intent
from reelstack.resources import bridge

# What stands for a part that is not known yet, or that is wrong already and told so: no rule has to say more of it.
STAND_INS = {"asset_id": "unknown", "start": "0", "end": "9" * 12}


class VodEditTaskInputs(Model):
    """The inputs of an editing task, as they are checked and kept in the state.

    `generation` and `attempt` are ours: they are carried from run to run and raised when the video is made anew.
    """

    name: str
    stack_id: str
    service: Literal["huawei"]
    region: str
    endpoint: str = ""
    account: str = ""
    generation: int = 1
    attempt: int = 1
    spec_hash: str
    inputs: Annotated[tuple[Piece, ...], Api(huawei="inputs", limits="1 to 20")]
    settings: Annotated[CutSettings, Api(huawei="editing_settings")] = CutSettings()
    triggers: Annotated[tuple[str, ...], ours("a changed one makes the video anew")] = ()
    adopt_id: Annotated[str | None, ours("only when it is created; removed later, it changes nothing")] = None
    on_delete: Annotated[Literal["delete", "retain"] | None, ours("`delete`; what was adopted: `retain`")] = None
    intent: Intent
    because: str | None = None
    missing: Literal["stop", "render"] | None = None
    drift: Literal["live", "state"] | None = None

    @property
    def cut(self) -> Cut:
        """What is submitted."""
        return Cut(inputs=self.inputs, settings=self.settings)


def failures(props: Mapping[str, Any]) -> list[CheckFailure]:
    """Every fault at once: of types and names, and of the service's rules over what is sound so far."""
    known = _stood_in(props)
    found = bridge.check(VodEditTaskInputs, known)
    told = {failure.property for failure in found}
    shapeless = told & {"inputs", "settings", *(f"inputs[{at}]" for at in range(len(known.get("inputs") or ())))}
    if shapeless or {"inputs", "settings"} & bridge.unknown_keys(known):
        return found
    rules = [CheckFailure(fault.path, fault.message) for fault in adapter.faults(_sound(known, told))]
    return found + [rule for rule in rules if rule.property not in told]


def spec_hash(props: Mapping[str, Any]) -> str:
    """The hash of what the video shows and how it is encoded; unknown while any of it is."""
    spec = {"inputs": props.get("inputs"), "settings": props.get("settings") or {}}
    if bridge.is_unknown(spec):
        return rpc.UNKNOWN
    try:
        return canonical.content_hash(meaning(Cut.model_validate(spec)))
    except (ValidationError, ValueError, OverflowError):
        return canonical.content_hash(repr(spec))  # what is wrong is told by the check, and never submitted


def _stood_in(props: Mapping[str, Any]) -> dict[str, Any]:
    """The properties with a stand-in for each unknown part of a piece, and without the unknown settings."""
    found = dict(props)
    if isinstance(props.get("inputs"), list):
        found["inputs"] = [_piece(piece) if isinstance(piece, Mapping) else piece for piece in props["inputs"]]
    if isinstance(props.get("settings"), Mapping):
        found["settings"] = {key: value for key, value in props["settings"].items() if value != rpc.UNKNOWN}
    return found


def _piece(piece: Mapping[str, Any]) -> dict[str, Any]:
    return {key: STAND_INS.get(key, value) if value == rpc.UNKNOWN else value for key, value in piece.items()}


def _sound(props: Mapping[str, Any], told: set[str]) -> Cut:
    """The cut without what is wrong already, so that the rules can be asked of the rest."""
    pieces = []
    for at, piece in enumerate(props.get("inputs") or []):
        given = {key: value for key, value in piece.items() if f"inputs[{at}].{key}" not in told}
        parts: dict[str, Any] = {key: given.get(key, stand_in) for key, stand_in in STAND_INS.items()}
        pieces.append(Piece.model_construct(None, **parts))
    settings = {
        key: value
        for key, value in (props.get("settings") or {}).items()
        if key in CutSettings.model_fields and f"settings.{key}" not in told
    }
    return Cut.model_construct(inputs=tuple(pieces), settings=CutSettings.model_construct(None, **settings))

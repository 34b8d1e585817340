"""Property values in memory, and their three spellings: gRPC struct, state file, display.

In memory a value is plain JSON data in which `UNKNOWN` stands for what a preview cannot know and `Secret` wraps
what must not be shown. Assets and archives are refused: they need the Pulumi CLI.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from struct import pack, unpack
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value

from reelstack.errors import EngineError

# Pulumi's marks inside maps, the same on the wire and in the state.
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark, not a secret
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
FLOAT = "8ad145fe-0d11-4827-bfd7-1abcbf086f5c"  # what JSON has no number for: the bits of a double
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
ASSETS = frozenset({"c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"})
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

Properties = Mapping[str, Any]


class Unknown(Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = UNKNOWN_TEXT


UNKNOWN = Unknown.UNKNOWN


@dataclass(frozen=True)
class Secret:
    """A value that is encrypted in the state and masked everywhere else."""

    value: Any

    def __repr__(self) -> str:
        return "Secret([secret])"


def from_struct(struct: Struct) -> dict[str, Any]:
    """Read properties off the wire. Raises EngineError for assets and archives."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def _from_value(value: Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value == UNKNOWN_TEXT else value.string_value
        case "number_value":
            return number(value.number_value)
        case "bool_value":
            return value.bool_value
        case "struct_value":
            return _special(from_struct(value.struct_value))
        case "list_value":
            return [_from_value(item) for item in value.list_value.values]
        case _:
            return None


def number(given: float) -> int | float:
    """The wire knows only doubles; the state writes whole ones without a fraction."""
    return int(given) if given.is_integer() else given


def _special(found: dict[str, Any]) -> Any:
    mark = found.get(SIGNATURE)
    if mark == SECRET:
        return Secret(found.get("value"))
    if mark == OUTPUT:
        value = found.get("value", UNKNOWN)
        return Secret(value) if found.get("secret") else value
    if mark in ASSETS:
        raise EngineError("Assets and archives are not supported by the embedded engine.", hint=NEEDS_CLI)
    return found


NEEDS_CLI = "This needs the Pulumi CLI: install it and run again."


def to_struct(properties: Properties, *, secrets: bool) -> Struct:
    """Write properties for the wire; without `secrets`, in plain text and with references turned into ids."""
    struct = Struct()
    for key, value in properties.items():
        _write(struct.fields[key], value, secrets)
    return struct


def _write(target: Value, value: Any, secrets: bool) -> None:
    match value:
        case None:
            target.null_value = 0
        case Unknown():
            target.string_value = UNKNOWN_TEXT
        case bool():
            target.bool_value = value
        case str():
            target.string_value = value
        case int() | float():
            target.number_value = value
        case Secret():
            _write(target, {SIGNATURE: SECRET, "value": value.value} if secrets else value.value, secrets)
        case dict():
            _write_map(target, value, secrets)
        case _:
            target.list_value.SetInParent()
            for item in value:
                _write(target.list_value.values.add(), item, secrets)


def _write_map(target: Value, value: dict[str, Any], secrets: bool) -> None:
    if not secrets and value.get(SIGNATURE) == RESOURCE:
        # A provider that knows nothing of references gets what a user would have passed: the id, else the URN.
        _write(target, value.get("id") or value.get("urn"), secrets)
        return
    target.struct_value.SetInParent()
    for key, item in value.items():
        _write(target.struct_value.fields[key], item, secrets)


def to_json(value: Any, encrypt: Callable[[Any], str]) -> Any:
    """Write a value for the state file; `encrypt` turns a secret's plain JSON value into ciphertext."""
    match value:
        case Secret():
            return {SIGNATURE: SECRET, "ciphertext": encrypt(to_json(value.value, encrypt))}
        case Unknown():
            return UNKNOWN_TEXT
        case dict():
            return {key: to_json(value[key], encrypt) for key in sorted(value)}
        case list() | tuple():
            return [to_json(item, encrypt) for item in value]
        case float() if not math.isfinite(value):
            return {SIGNATURE: FLOAT, "value": pack(">d", value).hex()}
        case _:
            return value


def from_json(value: Any, decrypt: Callable[[str], Any]) -> Any:
    """Read a value of the state file; `decrypt` gives the JSON value behind a ciphertext."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            if not isinstance(ciphertext := value.get("ciphertext"), str):
                raise EngineError("A secret of the state has no ciphertext.", hint="Take it from a copy of the file.")
            return Secret(from_json(decrypt(ciphertext), decrypt))
        if value.get(SIGNATURE) == FLOAT:
            return _double(value.get("value"))
        return {key: from_json(item, decrypt) for key, item in value.items()}
    if isinstance(value, list):
        return [from_json(item, decrypt) for item in value]
    return UNKNOWN if value == UNKNOWN_TEXT else value


def _double(bits: Any) -> float:
    if not isinstance(bits, str) or not re.fullmatch("[0-9a-f]{16}", bits):
        raise EngineError("A number of the state is damaged.", hint="Take it from a copy of the file.")
    found: tuple[float] = unpack(">d", bytes.fromhex(bits))
    return found[0]


def plain(value: Any) -> Any:
    """The value without its secret marks."""
    return _map(value, lambda secret: plain(secret.value))


def masked(value: Any) -> Any:
    """The value as it may be shown: no secrets, unknowns named, no pickled provider."""
    display = _map(value, lambda _: "[secret]", unknown="[unknown]")
    if isinstance(display, dict):
        display.pop("__provider", None)
    return display


def _map(value: Any, on_secret: Callable[[Secret], Any], unknown: Any = UNKNOWN) -> Any:
    match value:
        case Secret():
            return on_secret(value)
        case Unknown():
            return unknown
        case dict():
            return {key: _map(item, on_secret, unknown) for key, item in value.items()}
        case list() | tuple():
            return [_map(item, on_secret, unknown) for item in value]
        case _:
            return value


def contains(value: Any, kind: type) -> bool:
    """Whether a `Secret` or an `Unknown` is anywhere inside."""
    match value:
        case _ if isinstance(value, kind):
            return True
        case Secret():
            return contains(value.value, kind)
        case dict():
            return any(contains(item, kind) for item in value.values())
        case list() | tuple():
            return any(contains(item, kind) for item in value)
        case _:
            return False


def mark_secrets(outs: Properties, ins: Properties) -> dict[str, Any]:
    """Give what came back under a secret's key its mark again: the dynamic host does not keep it."""
    marked = dict(outs)
    for key in outs.keys() & ins.keys():
        out, inside = outs[key], ins[key]
        if isinstance(out, dict) and isinstance(inside, dict):
            marked[key] = mark_secrets(out, inside)
        elif not isinstance(out, Secret) and contains(inside, Secret):
            marked[key] = Secret(out)
    return marked


def mark_keys(outs: Properties, keys: tuple[str, ...]) -> dict[str, Any]:
    """Mark the outputs that the program asked to be secret."""
    return {key: Secret(out) if key in keys and not isinstance(out, Secret) else out for key, out in outs.items()}


def changed_keys(old: Properties, new: Properties) -> tuple[str, ...]:
    """The top-level keys whose values differ, sorted."""
    return tuple(sorted(key for key in old.keys() | new.keys() if old.get(key, _ABSENT) != new.get(key, _ABSENT)))


_ABSENT = object()

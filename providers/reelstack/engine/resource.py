"""One resource as the state remembers it, and its spelling in the checkpoint.

Frozen: a step makes a new value. Fields that this engine does not use are kept as they were read, in `rest`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reelstack.engine import values
from reelstack.engine.secrets import Vault


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource's last known state."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    provider: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    delete: bool = False
    protect: bool = False
    external: bool = False
    pending_replacement: bool = False
    retain_on_delete: bool = False
    deleted_with: str = ""
    additional_secret_outputs: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    hide_diff: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, float] = field(default_factory=dict)
    import_id: str = ""
    created: str = ""
    modified: str = ""
    rest: Mapping[str, Any] = field(default_factory=dict)

    def needs(self) -> Iterator[str]:
        """The URNs that must be there before this one, and outlive it."""
        yield from (self.parent, self.deleted_with, self.provider_urn)
        yield from self.dependencies
        for urns in self.property_dependencies.values():
            yield from urns

    @property
    def provider_urn(self) -> str:
        """The URN inside the provider reference `URN::ID`."""
        return self.provider.rpartition("::")[0]


_URN = re.compile(r"urn:pulumi:[^:]+::[^:]+::.+::", re.DOTALL)
_PLAIN = {  # the checkpoint's spelling of what is written as it is
    "urn": "urn",
    "custom": "custom",
    "delete": "delete",
    "id": "id",
    "type": "type",
    "parent": "parent",
    "protect": "protect",
    "external": "external",
    "provider": "provider",
    "pendingReplacement": "pending_replacement",
    "retainOnDelete": "retain_on_delete",
    "deletedWith": "deleted_with",
    "customTimeouts": "custom_timeouts",
    "importID": "import_id",
    "created": "created",
    "modified": "modified",
}
_LISTS = {
    "dependencies": "dependencies",
    "additionalSecretOutputs": "additional_secret_outputs",
    "ignoreChanges": "ignore_changes",
    "replaceOnChanges": "replace_on_changes",
    "hideDiff": "hide_diff",
}
_ORDER = [
    "urn",
    "custom",
    "delete",
    "id",
    "type",
    "inputs",
    "outputs",
    "parent",
    "protect",
    "external",
    "dependencies",
    "provider",
    "propertyDependencies",
    "pendingReplacement",
    "additionalSecretOutputs",
    "customTimeouts",
    "importID",
    "retainOnDelete",
    "deletedWith",
    "created",
    "modified",
    "ignoreChanges",
    "replaceOnChanges",
    "hideDiff",
]


_NEEDED: Mapping[str, type] = {"urn": str, "type": str, "custom": bool}
_KINDS: Mapping[str, type] = {
    **dict.fromkeys(("id", "parent", "provider", "deletedWith"), str),
    **dict.fromkeys(("inputs", "outputs", "propertyDependencies", "customTimeouts"), dict),
    **dict.fromkeys(_LISTS, list),
}


def check(found: Any) -> None:
    """Raise TypeError or ValueError for what cannot be a resource of a checkpoint."""
    if not isinstance(found, dict):
        raise TypeError(f"a resource is {found!r}")
    if lacking := [key for key, kind in _NEEDED.items() if not isinstance(found.get(key), kind)]:
        raise ValueError(f"the resource {found.get('urn', '')} has no {lacking[0]}")
    for key, kind in _KINDS.items():
        if not isinstance(found.get(key, kind()), kind):
            raise TypeError(f"the {key} of {found['urn']} cannot be {found[key]!r}")
    needed = found.get("propertyDependencies", {}).values()
    for names in (*(found.get(key, []) for key in _LISTS), *(urns or [] for urns in needed)):
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise TypeError(f"{found['urn']} cannot have {names!r}")
    if not _URN.match(found["urn"]):
        raise ValueError(f"{found['urn']!r} is no URN")


def to_json(resource: Resource, vault: Vault) -> dict[str, Any]:
    """The resource as the checkpoint spells it; what is empty is left out."""
    found: dict[str, Any] = dict(resource.rest)
    found |= {key: getattr(resource, name) for key, name in _PLAIN.items()}
    found |= {key: list(getattr(resource, name)) for key, name in _LISTS.items()}
    found["inputs"] = values.to_json(resource.inputs, vault.encrypt)
    found["outputs"] = values.to_json(resource.outputs, vault.encrypt)
    found["propertyDependencies"] = {key: list(urns) for key, urns in sorted(resource.property_dependencies.items())}
    order = [*_ORDER, *resource.rest]
    return {key: found[key] for key in order if key == "custom" or found.get(key)}


def from_json(found: Mapping[str, Any], vault: Vault) -> Resource:
    """Read a resource of the checkpoint."""
    known: dict[str, Any] = {name: found[key] for key, name in _PLAIN.items() if key in found}
    known |= {name: tuple(found[key]) for key, name in _LISTS.items() if key in found}
    return Resource(
        inputs=values.from_json(found.get("inputs") or {}, vault.decrypt),
        outputs=values.from_json(found.get("outputs") or {}, vault.decrypt),
        property_dependencies={
            key: tuple(urns or ()) for key, urns in (found.get("propertyDependencies") or {}).items()
        },
        rest={key: value for key, value in found.items() if key not in _ORDER},
        **known,
    )


def in_order(spelt: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Resources of a checkpoint so that each stands after what it needs; where they do already, as they are.

    A run that leaves things alone, or fails, settles some before it comes to what they need.
    """
    where: dict[str, list[int]] = {}
    for place, found in enumerate(spelt):
        where.setdefault(found["urn"], []).append(place)
    order: dict[int, None] = {}
    there: set[str] = set()
    for start in range(len(spelt)):
        path = [] if start in order else [start]
        while path:
            missing = [urn for urn in needs(spelt[path[-1]]) if urn not in there and urn in where]
            ahead = next((one for urn in missing for one in where[urn] if one not in path), None)
            if ahead is None:
                there.add(spelt[path[-1]]["urn"])
                order[path.pop()] = None
            else:
                path.append(ahead)
    return [spelt[place] for place in order]


def needs(found: Mapping[str, Any]) -> Iterator[str]:
    """The URNs that a resource of a checkpoint stands after."""
    yield from (found.get("parent", ""), found.get("deletedWith", ""), found.get("provider", "").rpartition("::")[0])
    yield from found.get("dependencies") or ()
    for urns in (found.get("propertyDependencies") or {}).values():
        yield from urns or ()

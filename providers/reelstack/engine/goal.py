"""What the program asks for: a registration or a read, off the wire and checked for what this engine can do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime.proto import resource_pb2

from reelstack.engine import urn as names
from reelstack.engine import values
from reelstack.errors import EngineError

DYNAMIC = "pulumi-python"


@dataclass(frozen=True)
class Alias:
    """Another name that the resource may have in the state: a whole URN, or parts that differ. None: as now."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str | None = None


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A resource as the program wants it."""

    type: str
    name: str
    custom: bool
    inputs: Mapping[str, Any]
    parent: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]]
    aliases: tuple[Alias, ...] = ()
    protect: bool = False
    retain_on_delete: bool = False
    deleted_with: str = ""
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    hide_diff: tuple[str, ...] = ()
    custom_timeouts: Mapping[str, float] = field(default_factory=dict)
    additional_secret_outputs: tuple[str, ...] = ()
    delete_before_replace: bool | None = None
    import_id: str = ""

    def holds_secrets(self) -> bool:
        """Whether keeping this resource takes a passphrase."""
        return bool(self.additional_secret_outputs) or values.contains(dict(self.inputs), values.Secret)


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """A resource that the program only reads."""

    type: str
    name: str
    id: str
    inputs: Mapping[str, Any]
    parent: str = ""
    dependencies: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()


def of_registration(request: resource_pb2.RegisterResourceRequest) -> Goal:
    """Read a registration. Raises EngineError for what needs the Pulumi CLI."""
    _refuse(request)
    aliases = [Alias(urn=one) for one in request.aliasURNs] + [_alias(one) for one in request.aliases]
    dependencies = {key: tuple(sorted(found.urns)) for key, found in request.propertyDependencies.items()}
    return Goal(
        type=request.type,
        name=request.name,
        custom=request.custom,
        inputs=values.from_struct(request.object),
        parent=request.parent,
        dependencies=tuple(sorted(request.dependencies)),
        property_dependencies=dependencies,
        aliases=tuple(aliases),
        protect=request.protect,
        retain_on_delete=request.retainOnDelete,
        deleted_with=request.deletedWith,
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        hide_diff=tuple(request.hideDiffs),
        custom_timeouts=_timeouts(request),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        import_id=request.importId,
    )


def of_read(request: resource_pb2.ReadResourceRequest) -> Lookup:
    """Read a request to read. Raises EngineError for what needs the Pulumi CLI."""
    _refuse_package(request.type, request.provider)
    return Lookup(
        type=request.type,
        name=request.name,
        id=request.id,
        inputs=values.from_struct(request.properties),
        parent=request.parent,
        dependencies=tuple(sorted(request.dependencies)),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
    )


_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}


def _timeouts(request: resource_pb2.RegisterResourceRequest) -> dict[str, float]:
    """The custom timeouts in seconds; nobody here heeds them, as the dynamic host is never told."""
    found = {key: getattr(request.customTimeouts, key) for key in ("create", "update", "delete")}
    return {key: _seconds(request.name, text) for key, text in found.items() if text}


def _seconds(name: str, text: str) -> float:
    parts = re.findall(r"([\d.]+)(ns|us|µs|ms|s|m|h)", text)
    if "".join(number + unit for number, unit in parts) != text:
        raise EngineError(f"{name}: {text!r} is not a duration.", hint="Write it as 90s, 5m or 1h30m.")
    return values.number(sum(float(number) * _UNITS[unit] for number, unit in parts))


def _alias(found: Any) -> Alias:
    if found.WhichOneof("alias") == "urn":
        return Alias(urn=found.urn)
    spec = found.spec
    parent = "" if spec.noParent else spec.parentUrn or None
    return Alias(name=spec.name, type=spec.type, stack=spec.stack, project=spec.project, parent=parent)


_REFUSED: Mapping[str, Callable[[resource_pb2.RegisterResourceRequest], bool]] = {
    "a component of another language": lambda request: request.remote,
    "a replacement trigger": lambda request: request.HasField("replacement_trigger"),
    "replace_with": lambda request: bool(request.replace_with),
    "transforms": lambda request: bool(request.transforms),
    "state migrations": lambda request: bool(request.state_migrations),
    "hooks": lambda request: request.HasField("hooks") and bool(request.hooks.ListFields()),
    "a resource package": lambda request: bool(request.packageRef),
}


def _refuse(request: resource_pb2.RegisterResourceRequest) -> None:
    for what, present in _REFUSED.items():
        if present(request):
            raise EngineError(
                f"{request.name} uses {what}, which the embedded engine does not do.", hint=values.NEEDS_CLI
            )
    if request.custom:
        _refuse_package(request.type, request.provider)


def _refuse_package(kind: str, provider: str) -> None:
    if names.package(kind) != DYNAMIC or provider:
        package = kind.removeprefix(names.PROVIDER_TYPE) if names.is_provider(kind) else names.package(kind)
        raise EngineError(
            f"The program uses the provider {package!r} ({kind});"
            " the embedded engine runs Python dynamic providers only.",
            hint=values.NEEDS_CLI,
        )

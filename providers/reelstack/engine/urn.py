"""URNs: how the engine names a resource, `urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME`.

Pure text in, text out; everybody in the engine speaks in these.
"""

from __future__ import annotations

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE = "pulumi:providers:"


def make(*, stack: str, project: str, parent: str, kind: str, name: str) -> str:
    """Name a resource. The stack as a parent leaves no trace in its children's types."""
    prefix = qualified_type(parent) if parent else ""
    chain = kind if prefix in ("", STACK_TYPE) else f"{prefix}${kind}"
    return f"urn:pulumi:{stack}::{project}::{chain}::{name}"


def qualified_type(urn: str) -> str:
    """The chain of types from the outermost parent to the resource."""
    return urn.split("::", 3)[2]


def type_of(urn: str) -> str:
    """The resource's own type."""
    return qualified_type(urn).rpartition("$")[2]


def name_of(urn: str) -> str:
    """The resource's name, which may itself contain `::`."""
    return urn.split("::", 3)[3]


def package(kind: str) -> str:
    """The package that a type token belongs to."""
    return kind.partition(":")[0]


def is_provider(kind: str) -> bool:
    """Whether a type is that of a provider resource."""
    return kind.startswith(PROVIDER_TYPE)


def is_default_provider(urn: str) -> bool:
    """Whether this is a provider that the engine registered by itself; the summary does not count those."""
    return is_provider(type_of(urn)) and name_of(urn).startswith("default")

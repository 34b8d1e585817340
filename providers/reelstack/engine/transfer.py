"""A stack's state out of the backend and back in, in the form of `pulumi stack export` and `import`.

Called by the package's front. What is put in is checked whole before anything is written: it replaces everything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from reelstack.engine import journal, resource, secrets, values
from reelstack.engine.state import Deployment, StackFile, writing
from reelstack.engine.values import NEEDS_CLI
from reelstack.errors import EngineError

GET_ONE = "Take a file that `reelstack export` or `pulumi stack export` made of this stack."


def export(file: StackFile, now: datetime) -> dict[str, Any]:
    """The deployment as `pulumi stack export` prints it; secrets stay encrypted. Knows what a killed run did."""
    return {"version": 3, "deployment": file.latest(journal.read(file), now)}


def take_in(file: StackFile, document: Any, phrase: str | None, now: datetime) -> list[str]:
    """Replace the stack's state by an exported one; the URNs of unfinished operations, which are dropped.

    The caller holds the lock. Raises EngineError, with nothing written, for what is no export of this stack, for
    another kind of secrets and for a passphrase that does not fit.
    """
    deployment = _deployment(document)
    vault = secrets.Vault.of(deployment.secrets_providers, phrase)
    taken = replace(deployment, resources=tuple(_checked(file, found, vault) for found in deployment.resources))
    _check_order(taken)
    file.replace(file.encode(replace(taken, pending_operations=()), now))
    if file.journal.exists():  # of a killed run, and perhaps all that names what it made
        with writing(file.journal):
            file.journal.replace(file.journal.with_suffix(".jsonl.bak"))
    return [one["resource"]["urn"] for one in deployment.pending_operations]


def _deployment(document: Any) -> Deployment:
    found = document.get("deployment") if isinstance(document, dict) else None
    if not isinstance(found, dict):
        raise EngineError("This is not an exported stack.", hint=GET_ONE)
    if document.get("version") != 3 or document.get("features"):
        raise EngineError("The export is of a version that this engine does not know.", hint=NEEDS_CLI)
    try:
        return Deployment.of(found)
    except (TypeError, ValueError) as error:
        raise EngineError(f"The export cannot be read: {error}", hint=GET_ONE) from error


def _checked(file: StackFile, given: Mapping[str, Any], vault: secrets.Vault) -> dict[str, Any]:
    """A resource that belongs here and can be read, down to its secrets, with all of them encrypted."""
    try:
        found: dict[str, Any] = _encrypted(given, vault)
        one = resource.from_json(found, vault)
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise EngineError(f"A resource of the export cannot be read: {error!r}", hint=GET_ONE) from error
    if not one.urn.startswith(f"urn:pulumi:{file.stack}::{file.project}::"):
        raise EngineError(f"{one.urn} is not of the stack {file.stack} of {file.project}.", hint=GET_ONE)
    return found


def _encrypted(value: Any, vault: secrets.Vault) -> Any:
    """What was exported with --show-secrets has its secrets in plain text."""
    if isinstance(value, list):
        return [_encrypted(one, vault) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get(values.SIGNATURE) == values.SECRET and "plaintext" in value:
        return {values.SIGNATURE: values.SECRET, "ciphertext": vault.encrypt(json.loads(value["plaintext"]))}
    return {key: _encrypted(one, vault) for key, one in value.items()}


def _check_order(deployment: Deployment) -> None:
    there: set[str] = set()
    for found in deployment.resources:
        for needed in resource.needs(found):
            if needed and needed not in there:
                raise EngineError(
                    f"{found['urn']} needs {needed}, which the export does not have before it.", hint=GET_ONE
                )
        there.add(found["urn"])

"""Steps that no program asks for: deleting what is left over, and looking at every resource again.

Works on the ledger alone. Deletes go in waves, dependents first; refreshes all at once, since they change nothing
but what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from reelstack.engine import steps, values
from reelstack.engine import urn as names
from reelstack.engine.acts import Acts, started
from reelstack.engine.executor import Refused
from reelstack.engine.plugin import ProviderError
from reelstack.engine.resource import Resource

THREADS = 64


class Teardown:
    """Deletes and refreshes of one run."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts
        self.setting = acts.setting
        self.ledger = acts.ledger
        self.executor = acts.executor

    def delete(self, refs: Iterable[str]) -> None:
        """Delete resources in dependency order. Stops after the wave in which something failed."""
        doomed = {
            ref for ref in refs if not self.setting.targets or self.ledger.resources[ref].urn in self.setting.targets
        }
        if self._orphaned(doomed):
            return
        gone = {self.ledger.resources[ref].urn for ref in doomed}
        for wave in steps.schedule(self._state(), doomed):
            _side_by_side(lambda ref: self._delete(ref, gone), wave)
            if not self.executor.open:
                return

    def _state(self) -> list[steps.State]:
        return [(ref, self.ledger.resources[ref]) for ref in self.ledger.refs()]

    def _orphaned(self, doomed: set[str]) -> bool:
        """A targeted delete must not pull the ground from under something that stays."""
        if not self.setting.targets:
            return False
        for ref in doomed:
            for other, resource in steps.dependents(self._state(), ref):
                if other not in doomed:
                    urn = self.ledger.resources[ref].urn
                    self.executor.fail(urn, f"{urn} cannot be deleted: {resource.urn} depends on it; target it too")
                    return True
        return False

    def _delete(self, ref: str, gone: set[str]) -> None:
        resource = self.ledger.resources[ref]
        op = "delete-replaced" if resource.delete else "delete"
        if resource.pending_replacement:
            step = started("remove-pending-replace", resource, None)
            self.executor.at_once(step, lambda: self.ledger.commit({}, forget=(ref,)))
            return
        self.executor.perform(started(op, resource, None), lambda: self._delete_now(ref, resource, gone))

    def _delete_now(self, ref: str, resource: Resource, gone: set[str]) -> None:
        if resource.protect and not resource.delete:
            raise _protected(resource)
        self.acts.delete_now(ref, resource, gone)
        self.ledger.commit({}, forget=(ref,), end=ref)

    def refresh(self) -> None:
        """Look at every resource again, and know what is found."""
        targets = self.setting.targets
        refs = [ref for ref in self.ledger.refs() if not targets or self.ledger.resources[ref].urn in targets]
        _side_by_side(self._refresh, refs)
        if self.executor.open:
            for ref, resource in steps.repaired(self._state()).items():
                self.ledger.commit({ref: resource})

    def _refresh(self, ref: str) -> None:
        resource = self.ledger.resources[ref]
        step = started("refresh", resource, resource)
        if not resource.custom or resource.pending_replacement or names.is_provider(resource.type):
            self.executor.at_once(step, lambda: None, count=lambda _: "same")
            return
        self.executor.perform(step, lambda: self._look(ref, resource), count=lambda outcome: outcome)

    def _look(self, ref: str, resource: Resource) -> str:
        found = self.acts.host().read(resource.urn, resource.id, inputs=resource.inputs, outputs=resource.outputs)
        if not found.id:
            self.ledger.commit({}, forget=(ref,))
            return "delete"
        outputs = values.mark_keys(found.outputs, resource.additional_secret_outputs)
        known = replace(resource, id=found.id, inputs=found.inputs, outputs=outputs)
        if (known.inputs, known.outputs) != (resource.inputs, resource.outputs):
            known = replace(known, modified=self.setting.now())
        # The question is what the next update would do: the old inputs against what is there now.
        drift = resource.outputs != outputs if resource.external else self._drifted(resource, known)
        if known != resource:
            self.ledger.commit({ref: known})
        return "update" if drift else "same"

    def _drifted(self, resource: Resource, known: Resource) -> bool:
        difference = self.acts.host().diff(known, resource.inputs, resource.ignore_changes)
        if difference.changes is None:
            return bool(values.plain(dict(known.inputs)) != values.plain(dict(resource.inputs)))
        return difference.changes


def _protected(resource: Resource) -> ProviderError:
    return ProviderError(
        f'resource "{resource.urn}" cannot be deleted\nbecause it is protected. To unprotect it, remove the `protect`'
        " flag from the resource in your program and run `up`"
    )


def _side_by_side(work: Callable[[str], None], refs: list[str]) -> None:
    """Do something for every ref at once, as far as the slots allow. What was refused has been told."""

    def guarded(ref: str) -> None:
        try:
            work(ref)
        except Refused:
            return

    with ThreadPoolExecutor(min(THREADS, max(1, len(refs)))) as threads:
        list(threads.map(guarded, refs))

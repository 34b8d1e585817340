"""Steps that no program asks for: deleting what is left over, and looking at every resource again.

Works on the ledger alone. Deletes go in waves, dependents first; refreshes all at once, since they change nothing
but what is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from reelstack.engine import steps, values
from reelstack.engine import urn as names
from reelstack.engine.acts import Acts, started
from reelstack.engine.events import Diagnostic
from reelstack.engine.executor import Refused
from reelstack.engine.plugin import ProviderError
from reelstack.engine.resource import Resource

THREADS = 64
_UNASKED = """Resource '{}' will be destroyed but was not specified in --target list.
Either include resource in --target list or pass --target-dependents to proceed."""


class Teardown:
    """Deletes and refreshes of one run."""

    def __init__(self, acts: Acts) -> None:
        self.acts = acts
        self.setting = acts.setting
        self.ledger = acts.ledger
        self.executor = acts.executor
        self._gone: set[str] = set()

    def delete(self, refs: Sequence[str]) -> None:
        """Delete resources in dependency order, as far as the run's scope goes; what is left out is kept as it is.

        What something that failed needs is spared. Stops after the wave in which something failed, unless the run
        is to go on.
        """
        state = self.ledger.state()
        resources = dict(state)
        allowed = self.setting.scope.deletable(state)
        doomed = self._not_needed(state, [ref for ref in refs if resources[ref].urn in allowed])
        if self._unasked(doomed):
            return
        for ref in [ref for ref in refs if ref not in doomed]:
            self.acts.keep(ref, resources[ref])
        gone = {resources[ref].urn for ref in doomed}
        for wave in steps.schedule(state, doomed):
            spared = steps.needed_by(state, self.executor.lost) if self.executor.lost else set()
            _side_by_side(
                lambda ref: self._delete(ref, gone), [ref for ref in wave if resources[ref].urn not in spared]
            )
            if not self.executor.open:
                return

    def _unasked(self, doomed: Sequence[str]) -> bool:
        """A targeted delete must not take more than was named: say what else would have to go."""
        more = {
            self.ledger.resources[ref].urn
            for ref in doomed
            if self.setting.scope.unasked(self.ledger.resources[ref].urn)
        }
        for urn in sorted(more):
            self.executor.tell(Diagnostic("error", urn, _UNASKED.format(urn)))
        if more:
            self.executor.step_failed = True
            self.executor.stop(failed=True)
        return bool(more)

    def _not_needed(self, state: Sequence[steps.State], doomed: list[str]) -> list[str]:
        """What is left as it is, not being targeted, keeps what it needed, whatever the program says of it now."""
        if not self.setting.scope.targets:
            return doomed
        left = {one.urn for ref, one in state if ref not in doomed}
        needed = steps.needed_by(state, left) - left
        return [ref for ref in doomed if self.ledger.resources[ref].urn not in needed]

    def _delete(self, ref: str, gone: set[str]) -> None:
        resource = self.ledger.resources[ref]
        op = ("discard" if resource.external else "delete") + ("-replaced" if resource.delete else "")
        if resource.pending_replacement:
            step = started("remove-pending-replace", resource, None)
            self.executor.at_once(step, lambda: self.ledger.commit({}, forget=(ref,)))
            return
        lenient = resource.protect and not resource.delete  # refused before any call: say so of each of them
        self.executor.perform(
            started(op, resource, None), lambda: self._delete_now(ref, resource, gone), lenient=lenient
        )

    def _delete_now(self, ref: str, resource: Resource, gone: set[str]) -> None:
        if resource.protect and not resource.delete:
            raise _protected(resource)
        self.acts.delete_now(ref, resource, gone)
        self.ledger.commit({}, forget=(ref,), end=ref)

    def refresh(self) -> None:
        """Look at every resource again, and know what is found.

        What is gone is forgotten in one entry with all references to it: a killed run leaves the state valid.
        """
        scope = self.setting.scope
        _side_by_side(self._refresh, [ref for ref, one in self.ledger.state() if scope.takes(one.urn, one.needs())])
        left = [(ref, one) for ref, one in self.ledger.state() if ref not in self._gone]
        self.ledger.forget(self._gone, steps.repaired(left))

    def _refresh(self, ref: str) -> None:
        resource = self.ledger.resources[ref]
        step = started("refresh", resource, resource)
        if not resource.custom or resource.pending_replacement or names.is_provider(resource.type):
            self.executor.at_once(step, lambda: None, count=lambda _: "same")
            return
        self.executor.perform(step, lambda: self._look(ref, resource), count=lambda outcome: outcome, lenient=True)

    def _look(self, ref: str, resource: Resource) -> str:
        found = self.acts.host().read(resource.urn, resource.id, inputs=resource.inputs, outputs=resource.outputs)
        if not found.id:
            self._gone.add(ref)
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

"""What a decision comes to: the steps on one resource, told, carried out and written down.

Called by `registrar` and `teardown`. Each method is one step or one replacement; in a preview the same steps are
told and the same bookkeeping is done, and no provider call that changes anything is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reelstack.engine import urn as names
from reelstack.engine import values
from reelstack.engine.events import StepStarted
from reelstack.engine.executor import Executor, Refused
from reelstack.engine.goal import Goal
from reelstack.engine.journal import Ledger
from reelstack.engine.plugin import Difference, Found, Host, ProviderError
from reelstack.engine.registry import Registry
from reelstack.engine.resource import Resource
from reelstack.engine.selection import NOTHING, Scope, Selection
from reelstack.errors import EngineError


@dataclass(frozen=True)
class Setting:
    """What is fixed for a run."""

    project: str
    stack: str
    preview: bool
    config: Mapping[str, Any]
    may_keep_secrets: bool
    now: Callable[[], str]
    scope: Scope = field(default_factory=Scope)
    replace: Selection = NOTHING


class Acts:
    """Steps on single resources. `host` is called for: a run without dynamic resources needs none."""

    def __init__(
        self,
        setting: Setting,
        ledger: Ledger,
        executor: Executor,
        registry: Registry,
        host: Callable[[], Host],
    ) -> None:
        self.setting = setting
        self.ledger = ledger
        self.executor = executor
        self.registry = registry
        self.host = host

    def create(self, new: Resource) -> Resource:
        """Create a resource."""
        ref = self.ledger.new()
        return self.executor.perform(started("create", None, new), lambda: self._made(ref, new, {}))

    def _made(self, ref: str, new: Resource, put: Mapping[str, Resource], forget: tuple[str, ...] = ()) -> Resource:
        """Create the resource and write it down, with whatever else the same step changes."""
        made = replace(new, created=self.setting.now(), modified=self.setting.now())
        if self.setting.preview:
            made = replace(made, outputs=new.inputs if new.custom else {})
        elif new.custom:
            id_, outputs = self.undertake(ref, "creating", new, lambda: self.host().create(new.urn, new.inputs))
            made = replace(made, id=id_, outputs=values.mark_keys(outputs, new.additional_secret_outputs))
        self.settle({ref: made, **put}, forget, ref)
        return made

    def same(self, old_ref: str, new: Resource) -> Resource:
        """Take a resource over as it is: outputs stay, whatever else the program says of it is noted."""
        old = self.ledger.resources[old_ref]
        outputs = values.mark_keys(values.mark_secrets(old.outputs, new.inputs), new.additional_secret_outputs)
        kept = replace(new, id=old.id, outputs=outputs, created=old.created, modified=old.modified)
        return self.keep(old_ref, kept)

    def keep(self, old_ref: str, kept: Resource) -> Resource:
        """Take a resource over under its place in this run's order."""
        ref = self.ledger.new()
        step = started("same", self.ledger.resources[old_ref], kept)
        self.executor.at_once(step, lambda: self.ledger.keep(ref, old_ref, kept))
        self.registry.settle(kept.urn, ref)
        return kept

    def update(self, goal: Goal, old_ref: str, new: Resource, difference: Difference) -> Resource:
        """Update a resource in place."""
        ref, old = self.ledger.new(), self.ledger.resources[old_ref]

        def work() -> Resource:
            made = replace(new, id=old.id, created=old.created, modified=self.setting.now())
            if self.setting.preview:
                made = replace(made, outputs=new.inputs if new.custom else {})
            elif new.custom:
                outputs = self.undertake(
                    ref, "updating", made, lambda: self.host().update(old, new.inputs, goal.ignore_changes)
                )
                made = replace(made, outputs=values.mark_keys(outputs, new.additional_secret_outputs))
            self.settle({ref: made}, (old_ref,), ref)
            return made

        return self.executor.perform(started("update", old, new, difference), work)

    def replace(self, old_ref: str, new: Resource, difference: Difference) -> Resource:
        """Make a replacement. What it replaces goes at the end of a run that succeeds, or has gone already."""
        ref, old = self.ledger.new(), self.ledger.resources[old_ref]
        part = started("create-replacement", old, new, difference)
        whole = started("replace", old, new, difference)
        if old.pending_replacement:
            self.executor.at_once(whole, lambda: None)
            return self.executor.perform(part, lambda: self._made(ref, new, {}, forget=(old_ref,)))
        condemned = {old_ref: replace(old, delete=True)}
        made = self.executor.perform(part, lambda: self._made(ref, new, condemned))
        self.executor.at_once(whole, lambda: None)
        return made

    def delete_for_replacement(self, ref: str) -> None:
        """Delete a resource whose replacement is made afterwards; it stays in the state, marked, until then."""
        resource = self.ledger.resources[ref]
        if resource.delete:
            return

        def work() -> None:
            self.delete_now(ref, resource, self.registry.deleted)
            self.ledger.commit({ref: replace(resource, pending_replacement=True)}, end=ref)

        self.executor.perform(started("delete-replaced", resource, None), work)

    def delete_now(self, ref: str, resource: Resource, gone: set[str]) -> None:
        """Have the provider delete a resource, where that is its business; `gone` are the URNs that go as well."""
        kept = resource.external or resource.retain_on_delete or resource.deleted_with in gone
        if resource.custom and not (self.setting.preview or kept or names.is_provider(resource.type)):
            self.undertake(ref, "deleting", resource, lambda: self.host().delete(resource))

    def refuse_condemned(self, dependent: Resource, root: Resource) -> None:
        """Refuse to replace a resource whose replacement would take a protected one with it."""
        if dependent.protect:
            self.executor.fail(
                root.urn,
                f'unable to replace resource "{dependent.urn}" as part of replacing "{root.urn}" as it is currently'
                " marked for protection. To unprotect the resource, remove the `protect` flag from the resource in"
                " your program and run again",
            )
            raise Refused

    def refuse_protected(self, old: Resource, new: Resource) -> None:
        """Refuse to replace what is protected, before and after."""
        if old.protect and new.protect:
            self.executor.fail(
                new.urn,
                f'unable to replace resource "{new.urn}"\nas it is currently marked for protection. To unprotect the'
                " resource, remove the `protect` flag from the resource in your program and run again",
            )
            raise Refused

    def adopt(self, new: Resource, id_: str) -> Resource:
        """Adopt by the `import_` option: the dynamic host answers it with an error, which is what is told."""

        def work() -> Resource:
            self.host().read(new.urn, id_, inputs={}, outputs={})
            raise EngineError(f"{new.urn}: the embedded engine does not import resources.", hint=values.NEEDS_CLI)

        return self.executor.perform(started("import", None, new), work)

    def look_up(self, new: Resource, old_ref: str) -> Resource:
        """Read a resource that somebody else owns; if it was ours under another id, that one is given up."""
        ref, old = self.ledger.new(), self.ledger.resources.get(old_ref)
        replaced = {old_ref: replace(old, delete=True)} if old and not old.external and old.id != new.id else {}

        def work() -> Resource:
            known = new if new.id == values.UNKNOWN_TEXT else _filled(new, self._read(new))
            self.settle({ref: known, **replaced}, () if replaced or not old else (old_ref,), ref)
            return known

        step = started("read-replacement" if replaced else "read", old, new)
        made = self.executor.perform(
            step, work, count=lambda known: "read" if old is not None and old.outputs != known.outputs else ""
        )
        if replaced:
            self.executor.at_once(started("replace", old, new), lambda: None)
        return made

    def _read(self, new: Resource) -> Found:
        """Ask for the resource. The dynamic host cannot say that there is none: it is then one without outputs."""
        found = self.host().read(new.urn, new.id, inputs=new.inputs, outputs=new.inputs)
        return replace(found, id=found.id or new.id)

    def undertake(self, key: str, operation: str, resource: Resource, call: Callable[[], Any]) -> Any:
        """Make a call that changes something, with a note of it while it is under way.

        The note stays when the host was lost: nobody knows then whether the call took effect.
        """
        self.ledger.begin(key, operation, resource)
        try:
            return call()
        except ProviderError:
            self.ledger.failed(key)
            raise

    def settle(self, put: Mapping[str, Resource], forget: tuple[str, ...], ref: str) -> None:
        """Write down what a step made, and where."""
        self.ledger.commit(put, forget=forget, end=ref)
        self.registry.settle(put[ref].urn, ref)


def _filled(new: Resource, found: Found) -> Resource:
    return replace(new, id=found.id, outputs=values.mark_keys(found.outputs, new.additional_secret_outputs))


def started(op: str, old: Resource | None, new: Resource | None, difference: Difference | None = None) -> StepStarted:
    """What is told of a step as it begins."""
    subject = new or old
    assert subject is not None
    was, will = (dict(one.inputs) if one else {} for one in (old, new))
    changed = values.changed_keys(values.plain(was), values.plain(will)) if old and new else ()
    return StepStarted(
        op=op,
        urn=subject.urn,
        type=subject.type,
        name=names.name_of(subject.urn),
        parent=subject.parent,
        diff_keys=tuple(dict.fromkeys((*changed, *(difference.keys if difference else ())))),
        replace_keys=difference.replaces if difference else (),
        old_inputs=values.masked(was),
        new_inputs=values.masked(will),
    )

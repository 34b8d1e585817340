"""`EditingProject`: the title, the timeline and the rest of an online editing project, declared.

The path of this module and the name of its provider class are in users' states: they never change.
API: CreateEditingProject, UpdateEditingProject, GetEditingProject, DeleteEditingProjects (IMS, version 2020-11-09);
AddEditingProject, UpdateEditingProject, GetEditingProject, DeleteEditingProject (VOD, version 2017-03-21).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, ReadResult, Resource, UpdateResult

from reelstack.clouds.base import Site
from reelstack.errors import NotFound, ReelstackError
from reelstack.models import canonical, marks
from reelstack.models.project import BusinessConfig, MaterialMaps, ProjectSpec
from reelstack.reconcile import again, drift, layout, policy
from reelstack.reconcile.change import Means
from reelstack.resources import accounts, adoption, bridge, host, identity, settings
from reelstack.resources.project_inputs import EditingProjectInputs

MISSING = "project_missing"  # why a project is replaced that is gone
KEPT = ("account_id", "echo", "created", "modified", "adopted")  # facts that an update leaves as they are


class EditingProjectProvider(bridge.Provider):
    """Creates, updates and deletes editing projects."""

    @bridge.served
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Find every fault before any call; what an adoption would change is told."""
        failures = bridge.check(EditingProjectInputs, news)
        if not failures and not olds and (adopts := _adopts(news)):
            failures = _adoption_faults(adopts, news)
        return CheckResult(news, failures)

    @bridge.served
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compare by content with what was declared, and then with what the cloud holds now.

        What cannot be updated replaces the project, which renders nothing anew; so does a project that is gone.
        """
        accounts.note(olds, f"project {olds['name']}")
        bridge.require_same_site(olds, news, f"project {olds['name']} ({id_})")
        bridge.STASH.keep(host.urn(), id_)
        adoption.require_sole(id_, olds, f"project {olds['name']} ({id_})")
        decision = policy.decide(fields(olds), fields(news), policy.PROJECT)
        if decision.replace or news.get("drift") == settings.BY_STATE:
            changes = decision.changes or adoption.kept_otherwise(olds, news)
            return DiffResult(changes=changes, replaces=list(decision.replace))
        unseen: dict[str, Any] | None = {}
        elsewhere = bridge.looked_up(lambda: _touched(id_, olds, news), unseen)
        if elsewhere is None:
            host.say(host.urn(), "it was deleted elsewhere: it is made again", stays=True, warning=True)
            return DiffResult(changes=True, replaces=[MISSING])
        found = {key: value for key, value in elsewhere.items() if key not in decision.update}
        if found:
            said = f"edited elsewhere: {drift.words(news, found)}. What is declared is written again."
            host.say(host.urn(), said, stays=True, warning=True)
        return DiffResult(changes=bool(decision.changes or found or adoption.kept_otherwise(olds, news)))

    @bridge.served
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create the project and return at once; one that is adopted, or was created and lost, is overwritten."""
        where = bridge.site(props)
        account = bridge.account(where)  # before the creation: nothing may come between it and the state
        accounts.require_known(account, f"project {props['name']}")
        adopts = _adopts(props)
        project_id = adopts or _lost(where, props)
        if project_id:
            adoption.require_free(project_id)
            bridge.cloud(where).update_project(project_id, _updatable(props))
        else:
            project_id = bridge.cloud(where).create_project(spec(props)).project_id
        bridge.STASH.made(host.urn(), project_id)
        facts = {"project_id": project_id, "account_id": account, **_left(where, project_id)}
        return CreateResult(project_id, {**bridge.known(props), **facts, **adoption.fact(bool(adopts))})

    @bridge.served
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Overwrite the fields that were declared anew or edited elsewhere, and only those."""
        where = bridge.site(news)
        changed = set(policy.decide(fields(olds), fields(news), policy.PROJECT).update)
        if news.get("drift") != settings.BY_STATE:
            changed |= set(_elsewhere(id_, olds, news) or {})
        asked = {key: fields(news).get(key, _empty(key)) for key in sorted(changed)}
        asked = {key: value for key, value in asked.items() if value is not None}
        facts = {"project_id": id_, **{key: olds[key] for key in KEPT if key in olds}}
        if asked:
            bridge.cloud(where).update_project(id_, _marked(asked, news))
            facts |= _left(where, id_)
        return UpdateResult({**bridge.known(news), **facts})

    @bridge.served
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what the cloud holds; a title, description or timeline that differs becomes the old input."""
        found = _elsewhere(id_, props, props)
        if found is None:
            return ReadResult(None, {})
        outs = {**bridge.known(props), **found}
        inputs = {key: value for key, value in outs.items() if key in EditingProjectInputs.model_fields}
        return ReadResult(id_, outs, inputs)

    @bridge.served
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete the project, unless it is to be kept; its jobs and their media stay."""
        what = f"project {props['name']} ({id_})"
        if bridge.STASH.is_in_use(id_):
            return
        bridge.require_same_account(props, what)
        if adoption.is_kept(props, what):
            _release(bridge.site(props), id_)
        else:
            bridge.cloud(bridge.site(props)).delete_project(id_)


def fields(props: Mapping[str, Any]) -> dict[str, Any]:
    """The declared fields of a project among its properties."""
    return {key: props[key] for key in ProjectSpec.model_fields if props.get(key) is not None}


def spec(props: Mapping[str, Any]) -> ProjectSpec:
    """The declared project, with our mark on it."""
    return ProjectSpec.model_validate(_marked({"description": "", **fields(props)}, props))


def _marked(asked: Mapping[str, Any], props: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are written: a description ends with our mark."""
    if "description" not in asked:
        return dict(asked)
    return {**asked, "description": marks.marked(asked["description"], props["stack_id"], _token(props))}


def _token(props: Mapping[str, Any]) -> str:
    """What marks this project: one that was made with other values of what cannot be updated is none of it."""
    fixed = {key: held for key, held in fields(props).items() if policy.PROJECT.get(key) is Means.REPLACE}
    return again.token(props["stack_id"], host.urn() or props["name"], fixed)


def _updatable(props: Mapping[str, Any]) -> dict[str, Any]:
    """What is written over a project that is there already: all that is declared and can be updated."""
    declared = _marked({"description": "", **fields(props)}, props)
    return {key: value for key, value in declared.items() if policy.PROJECT.get(key) is not Means.REPLACE}


def _lost(where: Site, props: Mapping[str, Any]) -> str | None:
    """A project that an earlier run created for this resource, and whose id never reached the state."""
    if bridge.STASH.is_fresh(props["stack_id"]):
        return None
    return bridge.lost_projects(where).find(_token(props), bridge.STASH.held())


def _release(where: Site, project_id: str) -> None:
    """Take our mark off a project that is kept, or a later run takes it for one that was lost and overwrites it."""
    try:
        described = bridge.cloud(where).get_project(project_id).description
    except NotFound:
        return
    if marks.token(described):
        bridge.cloud(where).update_project(project_id, {"description": marks.unmarked(described)})


def _adopts(props: Mapping[str, Any]) -> str | None:
    """The id of the project that is taken over; a successor is our own, and what was adopted is what it replaces."""
    return bridge.known(props).get("adopt_id") if bridge.STASH.awaited(host.urn()) is None else None


def _adoption_faults(project_id: str, props: Mapping[str, Any]) -> list[CheckFailure]:
    """Say what an adoption would overwrite; that there is nothing to adopt is a fault."""
    if found := adoption.faults(project_id):
        return found
    try:
        live = bridge.looked_up(lambda: bridge.cloud(bridge.site(props)).get_project(project_id), None)
    except NotFound:
        return [CheckFailure("adopt_id", f"there is no project {project_id}")]
    if live is not None:
        held = drift.drifted(fields(props), live, {})
        written = drift.words(held, {key: props[key] for key in held})
        host.say(host.urn(), f"takes over project {project_id}: {written or 'as it is'}", stays=True)
    return []


def _touched(id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any] | None:
    """What somebody else changed; the project is not read for that where a search shows it as it was left."""
    return {} if bridge.is_as_left(id_, olds) else _elsewhere(id_, olds, news)


def _elsewhere(id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any] | None:
    """What somebody else changed in the project, field by field; None when it is gone."""
    live = bridge.project_or_none(id_, {**olds, "missing": news.get("missing")})
    return None if live is None else drift.drifted(fields(news), live, olds.get("echo") or {})


def _left(where: Site, project_id: str) -> dict[str, Any]:
    """How the service tells what was just written, and when; no echo when it does not: a write is not lost for that."""
    try:
        live = bridge.cloud(where).get_project(project_id)
        bridge.materials(where).wrote(project_id, live.timeline)
        return drift.left(live)
    except ReelstackError:
        return {"echo": {}}


def _empty(key: str) -> object:
    """What clears a field that is no longer declared: an empty timeline, an empty text; None where nothing does."""
    if key == "business_status":
        return None
    return {} if key in ("timeline", "clips_param") else ""


@dataclass(frozen=True)
class EditingProjectArgs:
    """What an editing project is made of. `timeline` is the native timeline, as a JSON value or JSON text.

    Give a timeline, or a `template_id` with `template_type` and `clips_param`. `material_maps` and `business_config`
    may be given as the models of these names or as mappings with the same keys; a `LiveEditingProject` needs the
    latter, and `business_status` reserves or cancels it. `division` is VOD's. `service`, `region` and `endpoint` come
    from the stack's `reelstack:` settings unless they are given. `content` names the content where it is not the
    timeline itself: campaigns hash what the user wrote, so that an upgraded compiler alone renders nothing. `adopt_id`
    is the id of a project that is there already: it is overwritten with what is declared, and kept when it is no
    longer declared. `on_delete` is `delete` or `retain`.
    """

    title: pulumi.Input[str]
    timeline: pulumi.Input[Mapping[str, Any] | str] | None = None
    description: pulumi.Input[str] | None = None
    cover_url: pulumi.Input[str] | None = None
    template_id: pulumi.Input[str] | None = None
    template_type: pulumi.Input[str] | None = None
    clips_param: pulumi.Input[Mapping[str, Any]] | None = None
    material_maps: MaterialMaps | pulumi.Input[Mapping[str, Any]] | None = None
    project_type: pulumi.Input[str] | None = None
    business_config: BusinessConfig | pulumi.Input[Mapping[str, Any]] | None = None
    business_status: pulumi.Input[str] | None = None
    division: pulumi.Input[str] | None = None
    content: str | None = None
    adopt_id: str | None = None
    on_delete: str | None = None
    service: str | None = None
    region: str | None = None
    endpoint: str | None = None


class EditingProject(Resource, module="reelstack", name="EditingProject"):
    """An online editing project.

    `content` is the hash of what its videos show, a plain value where the timeline is one: productions take it from
    here, and a new title is no reason to render. `seconds` is how long they are, None when the program cannot know.
    """

    project_id: pulumi.Output[str]
    title: pulumi.Output[str]

    def __init__(self, name: str, args: EditingProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        content = _content(args)
        self.seconds = None if isinstance(args.timeline, pulumi.Output) else layout.known_seconds(args.timeline)
        super().__init__(EditingProjectProvider(), name, _props(name, args, content), opts)
        self.content = content  # not the output that the base class made of the input: nobody need wait for that


def _props(name: str, args: EditingProjectArgs, content: pulumi.Input[str]) -> dict[str, Any]:
    place = settings.read()
    declared = {key: bridge.plain(getattr(args, key)) for key in ProjectSpec.model_fields}
    return {
        **{key: value for key, value in declared.items() if value is not None},
        "timeline": _parsed(args.timeline),
        "name": name,
        "stack_id": identity.of_stack().stack_id,
        "service": args.service or place.service,
        "region": args.region or place.region,
        "endpoint": args.endpoint or place.endpoint,
        "content": content,
        **place.looks(),
        **adoption.props(args),
        "project_id": None,
    }


def _parsed(timeline: pulumi.Input[Mapping[str, Any] | str] | None) -> Any:
    """The timeline as a JSON value; text that is not JSON stays text, and the check says so."""
    if isinstance(timeline, pulumi.Output):
        return timeline.apply(_parsed)
    if not isinstance(timeline, str):
        return timeline
    try:
        return json.loads(timeline)
    except ValueError:
        return timeline


def _content(args: EditingProjectArgs) -> pulumi.Input[str]:
    if args.content is not None:
        return args.content
    parts = {
        "timeline": _parsed(args.timeline),
        "template_id": args.template_id,
        "template_type": args.template_type,
        "clips_param": args.clips_param,
    }
    if bridge.holds_output(parts):
        return pulumi.Output.from_input(parts).apply(canonical.content_hash)
    return canonical.content_hash(parts)

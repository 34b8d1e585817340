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
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, Resource, UpdateResult

from reelstack.errors import NotFound
from reelstack.models import canonical
from reelstack.models.project import BusinessConfig, MaterialMaps, Project, ProjectSpec
from reelstack.reconcile import diff, normalize, policy
from reelstack.resources import bridge, identity, settings
from reelstack.resources.project_inputs import EditingProjectInputs


class EditingProjectProvider(bridge.Provider):
    """Creates, updates and deletes editing projects."""

    @bridge.served
    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Find every fault before any call."""
        return CheckResult(news, bridge.check(EditingProjectInputs, news))

    @bridge.served
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Compare by content: what cannot be updated replaces the project, which renders nothing anew."""
        bridge.require_same_site(olds, news, f"project {olds['name']} ({id_})")
        decision = policy.decide(fields(olds), fields(news), policy.PROJECT)
        return DiffResult(changes=decision.changes, replaces=list(decision.replace))

    @bridge.served
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create the project and return at once."""
        project = bridge.cloud(bridge.site(props)).create_project(spec(props))
        return CreateResult(project.project_id, {**bridge.known(props), "project_id": project.project_id})

    @bridge.served
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Overwrite the fields that changed, and only those."""
        changed = policy.decide(fields(olds), fields(news), policy.PROJECT).update
        asked = {key: fields(news).get(key, _empty(key)) for key in changed}
        asked = {key: value for key, value in asked.items() if value is not None}
        if asked:
            bridge.cloud(bridge.site(news)).update_project(id_, asked)
        return UpdateResult({**bridge.known(news), "project_id": id_})

    @bridge.served
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read what the cloud holds; a title, description or timeline that differs becomes the old input."""
        try:
            project = bridge.cloud(bridge.site(props)).get_project(id_)
        except NotFound:
            return ReadResult(None, {})
        outs = {**bridge.known(props), **drift(props, project)}
        inputs = {key: value for key, value in outs.items() if key in EditingProjectInputs.model_fields}
        return ReadResult(id_, outs, inputs)

    @bridge.served
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete the project; its jobs and their media stay."""
        bridge.cloud(bridge.site(props)).delete_project(id_)


def fields(props: Mapping[str, Any]) -> dict[str, Any]:
    """The declared fields of a project among its properties."""
    return {key: props[key] for key in ProjectSpec.model_fields if props.get(key) is not None}


def spec(props: Mapping[str, Any]) -> ProjectSpec:
    """The declared project."""
    return ProjectSpec.model_validate(fields(props))


def drift(props: Mapping[str, Any], live: Project) -> dict[str, Any]:
    """The declared fields in which the cloud's project differs, with the cloud's values; the others are its own.

    What the service only writes in another way is no drift, and the signature of an address is not kept.
    """
    held = {
        "title": live.title,
        "description": live.description,
        "timeline": live.timeline,
        "cover_url": normalize.url(live.cover_url),
    }
    declared = fields(props)
    asked, found = normalize.project(declared), normalize.project(held)
    return {key: held[key] for key in diff.fields(asked, found) if key in held and key in declared}


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
    timeline itself: campaigns hash what the user wrote, so that an upgraded compiler alone renders nothing.
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
    service: str | None = None
    region: str | None = None
    endpoint: str | None = None


class EditingProject(Resource, module="reelstack", name="EditingProject"):
    """An online editing project.

    `content` is the hash of what its videos show, a plain value where the timeline is one: productions take it from
    here, and a new title is no reason to render.
    """

    project_id: pulumi.Output[str]
    title: pulumi.Output[str]

    def __init__(self, name: str, args: EditingProjectArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        self.content = _content(args)
        super().__init__(EditingProjectProvider(), name, _props(name, args, self.content), opts)


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

"""`ProduceJob`: one video, submitted and not waited for. What comes out later is `Delivery`'s to say.

The path of this module and the name of its provider class are in users' states: they never change.
API: SubmitMediaProducingJob, GetMediaProducingJob, DeleteMediaInfos (IMS, version 2020-11-09);
ProduceEditingProjectVideo, GetVideoInfos, DeleteVideo (VOD, version 2017-03-21).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.dynamic import CheckResult, CreateResult, DiffResult, ReadResult, Resource, UpdateResult
from pulumi.runtime import rpc
from pydantic import ValidationError

from reelstack.clouds.base import Site
from reelstack.errors import NotFound
from reelstack.models import canonical
from reelstack.models.base import Model
from reelstack.models.output import KEYS, S3, VOD_MEDIA, OutputSettings, odd_sides
from reelstack.models.production import ProduceConfig, ProjectMetadata, Submission, Submitted
from reelstack.reconcile import layout
from reelstack.reconcile.astray import WINDOW, tokens_of
from reelstack.reconcile.generation import Lineage
from reelstack.reconcile.materials import require_usable
from reelstack.reconcile.referee import submit_marked
from reelstack.reconcile.retire import retire
from reelstack.reconcile.submit import submit_once
from reelstack.reconcile.token import Key, fingerprints
from reelstack.resources import accounts, adoption, bridge, host, identity, intent, settings, submitted
from reelstack.resources.editing_project import EditingProject
from reelstack.resources.production_inputs import SOURCES, ProduceJobInputs

# What nobody asks the outputs for: the inputs have it, and a state that has it in both is read all the same.
INPUTS_ONLY = frozenset(
    {
        *("timeline", "template_id", "clips_param", "content", "expected_seconds", "drift"),
        *("title", "description", "tags", "cate_id", "cover_url", "reference_id"),
        *("project_metadata", "produce_config", "user_data", "app_id"),
    }
)

# Services that make another video of each submission: what was submitted is found by an intent and a marker.
WITHOUT_TOKENS = ("vod",)


class ProduceJobProvider(bridge.Provider):
    """Submits productions, sees whether they live, and takes away what is replaced."""

    @bridge.served
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Hash the content, carry the generation on, and find every fault before any call."""
        news = {**news, **submitted.lineage(olds, news), "spec_hash": spec_hash(news)}
        failures = bridge.check(ProduceJobInputs, news)
        failures = failures or submitted.adoption_faults(olds, news)
        output = _meant(OutputSettings, bridge.known(news).get("output") or {})
        if not failures and submitted.is_to_render(olds, news) and (said := odd_sides(output)):
            host.say(host.urn(), said, stays=True, warning=True)
        return CheckResult(news, failures or submitted.over_budget(olds, news, news.get("expected_seconds")))

    @bridge.served
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """Replace when the content, a trigger or the location changed, or when what was made failed or is gone."""
        return submitted.diff(id_, olds, news, f"video {olds['name']} (job {id_})")

    @bridge.served
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Submit once for this key and return the ids; nothing is waited for."""
        inputs = ProduceJobInputs.model_validate(bridge.known(props))
        where = bridge.site(props)
        resource = submitted.resource(props)
        key = Key(
            inputs.stack_id,
            resource,
            inputs.name,
            inputs.spec_hash,
            fingerprints(inputs.triggers),
            inputs.generation,
            inputs.location or "",
        )
        adopts, line = submitted.adopted(inputs), bridge.STASH.successor(resource)
        account = bridge.account(where)  # before the submission: nothing may come between it and the state
        accounts.require_known(account, f"video {inputs.name}")
        try:
            if adopts:
                made = submitted.adopt(where, adopts)
            else:
                _tell_astray(inputs, where, key, line)
                made, key = _submit(inputs, where, key)
        except NotFound as error:
            # The project is in our state and not in the cloud: only a read of it tells the engine.
            error.hint = (
                "If these are the right credentials and it was deleted elsewhere, run `reelstack up --refresh`: "
                "it is then made again."
            )
            raise
        bridge.STASH.made(resource, made.job_id)
        facts = {
            **submitted.facts(made, key.generation, inputs, line),
            "vod_media_id": made.vod_media_id,
            "produced_from": made.project_id,
            "media_url": "" if adopts else media_url(inputs, key) or "",
            "account_id": account,
        }
        kept = {key: value for key, value in bridge.known(props).items() if key not in INPUTS_ONLY}
        return CreateResult(made.job_id, {**kept, **facts})

    @bridge.served
    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Nothing of a submitted production can be updated but whether it is kept."""
        return submitted.update(olds, news)

    @bridge.served
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """A production is there while its job lives or its asset exists."""
        return submitted.read(id_, props)

    @bridge.served
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete the media with its file, unless the object is the user's own fixed one or the job is still in use."""
        what = f"video {props['name']} (job {id_})"
        submitted.require_schema(props, what)
        if bridge.STASH.is_in_use(id_) or adoption.is_kept(props, what):
            return
        bridge.require_same_account(props, what)  # elsewhere it would be taken for gone already
        where = bridge.site(props)
        cloud = bridge.cloud(where)
        output = props.get("output") or {}
        fixed = bool(props.get("overwrite") and (output.get("media_url") or output.get("object_key")))
        media_id = None if fixed else props.get("media_id") or ""
        watch = bridge.watch(host.urn(), submitted.DELETE_SECONDS)
        successor = bridge.STASH.awaited(submitted.resource(props))
        job = retire(cloud, bridge.board(where), id_, media_id, successor, watch, submitted=bridge.submitted_at(props))
        if job is not None and job.unheard:
            said = f"nothing is heard of {what}: should it still come, `reelstack adopt --orphans` names it"
            host.say(host.urn(), said, stays=True, warning=True)
        if props.get("produced_from") and not (props.get("project_id") or props.get("adopted")):
            cloud.delete_project(props["produced_from"])  # the service made it for a production without one


def _tell_astray(inputs: ProduceJobInputs, where: Site, key: Key, line: Lineage) -> None:
    """Tell of what earlier runs paid for under another content of this video, and never heard of.

    Where a mark names the resource, that is enough; where it does not, it is known by the intents of then.
    """
    if bridge.STASH.is_fresh(inputs.stack_id):
        return  # nothing was made for this stack before
    tokens: frozenset[str] = frozenset()
    if inputs.intent is not None:
        earlier = inputs.intent.unsettled(line.settled, bridge.CLOCK.now() - WINDOW)
        tokens = frozenset(token for meant in earlier for token in tokens_of(key, meant))
        if not tokens:
            return
    astray = bridge.astray(where)
    submitted.tell_astray(lambda: astray.told(key, tokens, bridge.STASH.held()))


def _submit(inputs: ProduceJobInputs, where: Site, key: Key) -> tuple[Submitted, Key]:
    """Submit once for this key, by the client token where the service knows one, else by the intent in the state."""
    cloud = bridge.cloud(where)
    fresh = inputs.intent is None or bridge.STASH.is_fresh(inputs.intent.nonce)
    if fresh:  # else an earlier run may have paid for the video, and looking for it comes first
        require_usable(bridge.materials(where), inputs.project_id, inputs.timeline)

    def wanted(key: Key) -> Submission:
        return submission(inputs, key)

    if inputs.intent is None:
        hint = None if bridge.STASH.is_fresh(inputs.stack_id) else bridge.submissions(where).get
        return submit_once(cloud, bridge.CLOCK, key, wanted, grace=bridge.pace(where).grace, hint=hint)
    board, watch = bridge.board(where), bridge.watch(host.urn(), submitted.SUBMIT_SECONDS)
    if inputs.project_id is None:
        return submit_marked(cloud, board, key, wanted, inputs.intent, watch, fresh=fresh)
    turns = bridge.turns(where)
    with turns.of(cloud, board, inputs.project_id, watch):
        made, key = submit_marked(cloud, board, key, wanted, inputs.intent, watch, fresh=fresh)
        turns.took(inputs.project_id, made.job_id)
        return made, key


def spec_hash(props: Mapping[str, Any]) -> str:
    """The hash of what the video shows and how it is encoded; unknown while any of it is."""
    source = props["content"] if props.get("content") is not None else [props.get(key) for key in SOURCES]
    spec = {
        "content": source,
        "clips_param": props.get("clips_param"),
        "output": _shown(props.get("output") or {}),
        "target": props.get("target") or "oss-object",
        "produce_config": _meant(ProduceConfig, props.get("produce_config")),
    }
    return rpc.UNKNOWN if bridge.is_unknown(spec) else canonical.content_hash(spec)


def _declared_hash(props: Mapping[str, Any]) -> pulumi.Input[str]:
    """The same in the program, where properties may be outputs."""
    parts = {key: value for key, value in props.items() if value is not None}
    if bridge.holds_output(parts):
        return pulumi.Output.from_input(parts).apply(spec_hash)
    return spec_hash(parts)


def _shown(output: Any) -> Any:
    """Output settings without the keys to their bucket: another key is no other video."""
    settings = _meant(OutputSettings, output)
    return (
        {key: value for key, value in settings.items() if key not in KEYS} if isinstance(settings, dict) else settings
    )


def _meant(model: type[Model], given: Any) -> Any:
    """What a setting means, however it is written: `"1280"` is 1280, absent and None are the same."""
    if not isinstance(given, Mapping) or bridge.is_unknown(given):
        return given
    try:
        return model.model_validate(given).model_dump(mode="json", exclude_none=True)
    except ValidationError:
        return dict(given)  # what is wrong is told by the check, and never submitted


def media_url(inputs: ProduceJobInputs, key: Key) -> str | None:
    """Where the video is written: the fixed URL, or a name below the location that no other submission has."""
    if inputs.service == "vod" or inputs.target in (VOD_MEDIA, S3):
        return None
    return inputs.output.media_url or f"{inputs.location}/{key.object_name}.{inputs.output.extension}"


def _object_key(inputs: ProduceJobInputs, key: Key) -> str | None:
    """The same for a bucket behind the S3 protocol."""
    if inputs.target != S3:
        return None
    return inputs.output.object_key or f"{key.object_name}.{inputs.output.extension}"


def submission(inputs: ProduceJobInputs, key: Key) -> Submission:
    """The request for this key: a pure function, so that a replay asks for the very same."""
    return Submission(
        project_id=inputs.project_id,
        timeline=inputs.timeline,
        template_id=inputs.template_id,
        clips_param=inputs.clips_param,
        output=inputs.output.model_copy(
            update={"media_url": media_url(inputs, key), "object_key": _object_key(inputs, key)}
        ),
        target=inputs.target,
        title=inputs.title,
        description=inputs.description,
        tags=inputs.tags,
        cate_id=inputs.cate_id,
        cover_url=inputs.cover_url,
        reference_id=inputs.reference_id,
        project_metadata=inputs.project_metadata,
        produce_config=inputs.produce_config,
        user_data=inputs.user_data,
        app_id=inputs.app_id,
        marker=key.marker,
        client_token=key.token,
    )


@dataclass(frozen=True)
class ProduceJobArgs:
    """What a production is made of: exactly one of `project`, `timeline` and `template_id`, and its output settings.

    `project` is an `EditingProject` of the program, or the id of a project that is managed elsewhere; then `content`
    says when that project's content has changed. `triggers` are texts: a changed one renders the video anew.
    `title`, `description`, `tags`, `cate_id`, `cover_url` and `reference_id` are given to the media at submission and
    never render anything. `project_metadata` names the project that the service makes when none is given. `app_id` is
    VOD's. `adopt_id` is the id of a job whose video is taken for this one, so that nothing is submitted; it is kept
    when it is no longer declared. `on_delete` is `delete` or `retain`. Settings may be given as the models of their
    names or as mappings with the same keys.
    """

    project: EditingProject | pulumi.Input[str] | None = None
    timeline: pulumi.Input[Mapping[str, Any]] | None = None
    template_id: pulumi.Input[str] | None = None
    clips_param: pulumi.Input[Mapping[str, Any]] | None = None
    content: pulumi.Input[str] | None = None
    output: OutputSettings | Mapping[str, Any] = field(default_factory=OutputSettings)
    location: str | None = None
    target: pulumi.Input[str] | None = None
    overwrite: bool = False
    title: pulumi.Input[str] | None = None
    description: pulumi.Input[str] | None = None
    tags: Sequence[str] = ()
    cate_id: pulumi.Input[int] | None = None
    cover_url: pulumi.Input[str] | None = None
    reference_id: pulumi.Input[str] | None = None
    project_metadata: ProjectMetadata | pulumi.Input[Mapping[str, Any]] | None = None
    produce_config: ProduceConfig | pulumi.Input[Mapping[str, Any]] | None = None
    user_data: pulumi.Input[Mapping[str, Any]] | None = None
    app_id: pulumi.Input[str] | None = None
    triggers: Sequence[pulumi.Input[str]] = ()
    adopt_id: str | None = None
    on_delete: str | None = None
    service: str | None = None
    region: str | None = None
    endpoint: str | None = None


class ProduceJob(Resource, module="reelstack", name="ProduceJob"):
    """One video, submitted. Its outputs are what is fixed at submission; take the finished asset from a `Delivery`."""

    job_id: pulumi.Output[str]
    media_id: pulumi.Output[str]
    vod_media_id: pulumi.Output[str]
    produced_from: pulumi.Output[str]
    media_url: pulumi.Output[str]
    spec_hash: pulumi.Output[str]
    service: pulumi.Output[str]
    region: pulumi.Output[str]
    endpoint: pulumi.Output[str]

    def __init__(self, name: str, args: ProduceJobArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        self.video_name = name
        props = _props(name, args)
        self._seconds = {"expected_seconds": props["expected_seconds"]} if "expected_seconds" in props else {}
        if props["service"] in WITHOUT_TOKENS:
            subject = {**props, "spec_hash": _declared_hash(props)}
            props["intent"] = intent.declare(name, subject, opts).intent
        super().__init__(ProduceJobProvider(), name, props, opts)

    @property
    def production(self) -> dict[str, pulumi.Input[Any]]:
        """The ids that are known at submission, as `Delivery` takes them."""
        return {
            "service": self.service,
            "region": self.region,
            "endpoint": self.endpoint,
            "project_id": self.produced_from,
            "job_id": self.job_id,
            "media_id": self.media_id,
            "vod_media_id": self.vod_media_id,
            "spec_hash": self.spec_hash,
            **self._seconds,
        }


FACTS = ("job_id", "media_id", "vod_media_id", "produced_from", "media_url", "spec_hash")
PASSED_ON = (
    *("timeline", "template_id", "clips_param", "target"),
    *("title", "description", "cate_id", "cover_url", "reference_id"),
    *("project_metadata", "produce_config", "user_data", "app_id"),
)


def _props(name: str, args: ProduceJobArgs) -> dict[str, Any]:
    place = settings.read()
    service = args.service or place.service
    project_id, content = args.project, args.content
    if isinstance(args.project, EditingProject):
        project_id, content = args.project.project_id, content or args.project.content
    # What is not given is left out: the state keeps each property three times.
    props: dict[str, Any] = {key: bridge.plain(getattr(args, key)) for key in PASSED_ON}
    props["overwrite"] = args.overwrite or None
    props |= {
        "project_id": project_id,
        "content": content,
        "output": bridge.plain(args.output),
        "location": _location(args, service, place.output),
        "tags": list(args.tags) or None,
        "triggers": list(args.triggers),
        "name": name,
        "stack_id": identity.of_stack().stack_id,
        "service": service,
        "region": args.region or place.region,
        "endpoint": args.endpoint or place.endpoint,
        "expected_seconds": _seconds(args),
        **place.looks(),
        **adoption.props(args),
    }
    return {**{key: value for key, value in props.items() if value is not None}, **dict.fromkeys(FACTS)}


def _seconds(args: ProduceJobArgs) -> float | None:
    """How long the video will be, as far as the program knows."""
    if isinstance(args.project, EditingProject):
        return args.project.seconds
    return layout.known_seconds(args.timeline) if isinstance(args.timeline, Mapping | str) else None


def _location(args: ProduceJobArgs, service: str, of_stack: str) -> str | None:
    """Below which location the video is written; none where the arguments or the service say otherwise."""
    output = bridge.plain(args.output)
    if output.get("media_url") is not None or output.get("storage_location") is not None:
        return None
    if service == "vod" or args.target in (VOD_MEDIA, S3):
        return args.location  # a fault, if it is given
    return args.location or of_stack or None

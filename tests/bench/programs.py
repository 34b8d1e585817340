"""The programs that are measured, as text: ours, and those of providers that do nothing or that wait in `create`."""

from __future__ import annotations

TIMELINE = """
def timeline(n):
    clip = {"MediaId": "clip0000000000000001", "In": 0, "Out": 4 + n / 100}
    return {"VideoTracks": [{"VideoTrackClips": [clip]}]}

"""
OURS = """
import reelstack
for n in range(COUNT):
    args = reelstack.EditingProjectArgs(title=f"Project {n}", timeline=timeline(n))
    project = reelstack.EditingProject(f"p{n}", args)
    reelstack.ProduceJob(f"v{n}", reelstack.ProduceJobArgs(project=project, output={"width": 640, "height": 360}))
"""
SUBMITTED = """
import reelstack
for n in range(COUNT):
    reelstack.ProduceJob(f"v{n}", reelstack.ProduceJobArgs(timeline=timeline(n), output={"width": 640, "height": 360}))
"""
NOTHING = """
from nothing import Nothing
for n in range(COUNT):
    project = Nothing(f"p{n}", {"title": f"Project {n}", "timeline": timeline(n)})
    Nothing(f"v{n}", {"project_id": project.id, "output": {"width": 640, "height": 360}})
"""
NOTHING_MODULE = """
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider

class NothingProvider(ResourceProvider):
    serialize_as_secret_always = False

    def diff(self, id_, olds, news):
        return DiffResult(changes=False)

    def create(self, props):
        return CreateResult("id", props)

class Nothing(Resource):
    def __init__(self, name, props):
        super().__init__(NothingProvider(), name, props)
"""
GATED = """
import pulumi
import reelstack
jobs = {}
for n in range(COUNT):
    args = reelstack.ProduceJobArgs(timeline=timeline(n), output={"width": 640, "height": 360})
    jobs[f"v{n}"] = reelstack.ProduceJob(f"v{n}", args)
after = pulumi.ResourceOptions(depends_on=list(jobs.values()))  # as in a campaign: all submissions go first
for name, job in jobs.items():
    reelstack.Delivery(f"g-{name}", reelstack.DeliveryArgs({name: job}), after)
"""
NAIVE = """
from naive import Naive
for n in range(COUNT):
    Naive(f"v{n}", {"timeline": timeline(n), "n": str(n)})
"""
NAIVE_MODULE = """
import time
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider
from reelstack.clouds.base import Site
from reelstack.models.output import OutputSettings
from reelstack.models.production import Submission
from reelstack.resources import bridge

class NaiveProvider(ResourceProvider):
    serialize_as_secret_always = False

    def diff(self, id_, olds, news):
        return DiffResult(changes=olds["timeline"] != news["timeline"])

    def create(self, props):
        cloud = bridge.cloud(Site(service="ims", region="cn-shanghai", endpoint="local"))
        url = f"https://reelstack-local.oss-cn-shanghai.aliyuncs.com/naive/{props['n']}.mp4"
        output = OutputSettings(width=640, height=360, media_url=url)
        made = cloud.submit(Submission(timeline=props["timeline"], output=output, client_token=props["n"], marker={}))
        while not cloud.get_job(made.job_id).status.terminal:
            time.sleep(0.4)
        return CreateResult(made.job_id, props)

class Naive(Resource):
    def __init__(self, name, props):
        super().__init__(NaiveProvider(), name, props)
"""

"""Take over a project and a video that somebody made before there was a stack. Nothing is rendered, nothing replaced.

Without ids (the stack `before`) it makes them, to have something to take over.
"""

import pulumi

from reelstack import Delivery, DeliveryArgs, EditingProject, EditingProjectArgs, ProduceJob, ProduceJobArgs

found = pulumi.Config("found")

timeline = {"VideoTracks": [{"VideoTrackClips": [{"MediaId": "archive-03", "In": 0, "Out": 3}]}]}
project = EditingProject(
    "anniversary",
    EditingProjectArgs(title="Anniversary", timeline=timeline, adopt_id=found.get("project"), on_delete="retain"),
)
job = ProduceJob(
    "anniversary",
    ProduceJobArgs(
        project=project, output={"width": 640, "height": 360}, adopt_id=found.get("job"), on_delete="retain"
    ),
)
ready = Delivery("anniversary", DeliveryArgs({"anniversary": job}))

pulumi.export("project", project.project_id)
pulumi.export("videos", {"anniversary": ready.video("anniversary")})

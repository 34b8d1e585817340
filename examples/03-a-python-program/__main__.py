"""One cut in three shapes. What a campaign file expands to, written by hand: for programs that compute their videos."""

import pulumi

from reelstack import Delivery, DeliveryArgs, EditingProject, EditingProjectArgs, ProduceJob, ProduceJobArgs

SHAPES = {"wide": (1280, 720), "square": (720, 720), "story": (360, 640)}
CLIPS = [("meadow-01", 0, 2), ("street-07", 1, 2.5)]

timeline = {
    "VideoTracks": [{"VideoTrackClips": [{"MediaId": media, "In": start, "Out": end} for media, start, end in CLIPS]}]
}
cut = EditingProject("teaser", EditingProjectArgs(title="Teaser", timeline=timeline))

jobs = {
    shape: ProduceJob(
        f"teaser-{shape}",
        ProduceJobArgs(project=cut, output={"width": width, "height": height}, title=f"Teaser, {shape}"),
    )
    for shape, (width, height) in SHAPES.items()
}

# All or nothing: the gate holds until every shape is there. A gate for each would let them through one by one.
ready = Delivery("teaser", DeliveryArgs(jobs))

pulumi.export("videos", {f"teaser-{shape}": ready.video(shape) for shape in SHAPES})

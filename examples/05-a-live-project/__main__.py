"""A live editing project: reserved before the broadcast, so that editors find it with its stream at hand."""

import pulumi

from reelstack import BusinessConfig, EditingProject, EditingProjectArgs, LiveOutput, LiveStream, MaterialMaps

settings = pulumi.Config("launch")

stream = LiveStream(
    app_name="launch",
    domain_name="live.example.com",
    live_url="rtmp://live.example.com/launch/main",
    stream_name="main",
)
project = EditingProject(
    "launch",
    EditingProjectArgs(
        title="Spring launch, live",
        project_type="LiveEditingProject",
        material_maps=MaterialMaps(live_streams=(stream,)),
        business_config=BusinessConfig(
            output_media_config=LiveOutput(
                storage_location="reelstack-local.oss-cn-shanghai.aliyuncs.com", path="live/spring-launch"
            ),
            output_media_target="oss-object",
            reservation_time=settings.get("starts") or "2027-03-21T18:00:00Z",
        ),
        # Call a reservation off without deleting the project: `reelstack up -c launch:status=ReservationCanceled`.
        business_status=settings.get("status") or "Reserving",
    ),
)

pulumi.export("project", project.project_id)

"""An offer a week from one template: the template says how it looks, the program what is in it."""

import pulumi

from reelstack import Delivery, DeliveryArgs, EditingProject, EditingProjectArgs, ProduceJob, ProduceJobArgs

TEMPLATE = "weekly-offer"
OFFERS = {
    "tulips": {"Product": "tulips-01", "Offer": "Tulips, ten for 4.99"},
    "soil": {"Product": "soil-02", "Offer": "Soil, 40 litres for 6.49", "Shop": "shop-garden"},
}

jobs = {}
for name, clips in OFFERS.items():
    project = EditingProject(
        name,
        EditingProjectArgs(title=f"Offer: {name}", template_id=TEMPLATE, template_type="Timeline", clips_param=clips),
    )
    # The project's title renders nothing when it changes; what the template is filled with does.
    jobs[name] = ProduceJob(name, ProduceJobArgs(project=project, output={"width": 720, "height": 720}))

# A gate holds one of the engine's few slots while it waits, so all submissions go first.
after = pulumi.ResourceOptions(depends_on=list(jobs.values()))
gates = {name: Delivery(name, DeliveryArgs({name: job}), after) for name, job in jobs.items()}
pulumi.export("videos", {name: gate.video(name) for name, gate in gates.items()})

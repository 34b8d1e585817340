"""The tree of commands and their flags, named as Pulumi names its own."""

from __future__ import annotations

import typer

from reelstack.cli import deploy, doctor, local_cloud

app = typer.Typer(
    name="reelstack",
    help="Campaign video as code: videos declared in YAML, deployed by Pulumi, rendered by the cloud.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(deploy.preview)
app.command()(deploy.up)
app.command()(deploy.refresh)
app.command()(deploy.destroy)
app.command()(deploy.outputs)
app.command()(doctor.doctor)
app.add_typer(local_cloud.app, name="cloud")

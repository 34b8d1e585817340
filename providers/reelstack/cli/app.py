"""The tree of commands and their flags, named as Pulumi names its own."""

from __future__ import annotations

from typing import Annotated

import typer

from reelstack import __version__
from reelstack.cli import authoring, comment, cut, deploy, doctor, local_cloud, review, stacks
from reelstack.cli.adopt import adopt
from reelstack.cli.fmt import fmt
from reelstack.cli.init import init
from reelstack.cli.why import why

app = typer.Typer(
    name="reelstack",
    help="Campaign video as code: videos declared in YAML, deployed by Pulumi, rendered by the cloud.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"reelstack {__version__}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")]


@app.callback()
def _options(_version: Version = False) -> None:
    """What is asked of no command in particular."""


app.command()(deploy.preview)
app.command()(deploy.up)
app.command()(deploy.refresh)
app.command()(deploy.destroy)
app.command()(deploy.outputs)
app.command()(why)
app.command()(adopt)
app.command()(authoring.validate)
app.command("schema")(authoring.print_schema)
app.command()(init)
app.command()(fmt)
app.command()(stacks.recover)
app.command()(stacks.export)
app.command("import")(stacks.import_)
app.command()(review.diff)
app.command()(comment.comment)
app.command()(doctor.doctor)
app.add_typer(cut.app, name="cut")
app.add_typer(stacks.app, name="stack")
app.add_typer(local_cloud.app, name="cloud")

"""`adopt`: see what is in the account of a stack, write what takes it over, and find what was lost.

Nothing is taken over here: what is written is, by the next `preview` and `up`, which show the difference first. Only
`--orphans --delete` changes something in the cloud.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from reelstack.cli import holdings, inventory, orphans, takeover, takeover_text
from reelstack.cli import project as projects
from reelstack.cli.holdings import Holdings
from reelstack.cli.inventory import Asked, Item
from reelstack.cli.options import HERE, Cwd, Stack, Yes, require_consent
from reelstack.clock import SystemClock
from reelstack.clouds.base import Site
from reelstack.errors import ConfigError, visible
from reelstack.models.pieces import is_name

CLOCK = SystemClock()
MOST_IDS = 100
UNNAMED = "adopted"
NO_MARKS = (
    "Huawei Cloud VOD keeps no mark of ours and does not say what a task is made of. Only an intent that never came to "
    "a task in the state tells that a task may be ours; tasks of other stacks or people since then look the same."
)


class Format(StrEnum):
    """How it is written down."""

    YAML = "yaml"
    PYTHON = "python"


Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Projects and videos that are taken over.")]
Since = Annotated[str, typer.Option("--since", help="Created since then: 7d, 36h, or a date such as 2026-01-31.")]
Filter = Annotated[str, typer.Option("--filter", help="Only what has this text in its title, description or id.")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=1000, help="At most so many of each kind.")]
As = Annotated[Format, typer.Option("--format", help="For ids: a campaign file, or a program in Python.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="Write to this new file, not to standard output.")]
Name = Annotated[str, typer.Option("--name", help="The name of the campaign that is written; else the file's.")]
Orphans = Annotated[bool, typer.Option("--orphans", help="List what bears our mark and is in no state.")]
Delete = Annotated[list[str] | None, typer.Option("--delete", metavar="ID", help="With --orphans: delete this one.")]
Json = Annotated[bool, typer.Option("-j", "--json", help="Print one JSON document.")]


def adopt(
    ids: Ids = None,
    stack: Stack = None,
    cwd: Cwd = HERE,
    since: Since = "29d",
    text: Filter = "",
    limit: Limit = 50,
    form: As = Format.YAML,
    output: Output = None,
    name: Name = "",
    find_orphans: Orphans = False,
    delete: Delete = None,
    yes: Yes = False,
    json_: Json = False,
) -> None:
    """List what is in the account and which stack holds it, or write the YAML or Python that takes it over."""
    if delete and not find_orphans:
        raise ConfigError("--delete deletes orphans only.", hint="Say `reelstack adopt --orphans --delete ID`.")
    if ids and find_orphans:
        raise ConfigError("ids are taken over or, with --orphans, given by --delete; not both.")
    if name and not is_name(name):
        hint = "Use letters, digits, '.', '_' and '-', at most 64 of them."
        raise ConfigError(f"{name!r} is no name of a campaign.", hint=hint)
    project = projects.find(cwd)
    chosen = projects.stack(project, stack)
    asked = _asked(since, text, limit)
    held = holdings.read(project) if find_orphans else holdings.read_one(project, chosen)
    target = output.absolute() if output else None
    with contextlib.chdir(project):  # where the local cloud is looked for
        if find_orphans:
            _orphans(project, chosen, held, asked, delete or [], yes=yes, json_=json_)
        elif ids:
            _write(_taken(project, chosen, held, ids), form, target, name)
        else:
            _list(inventory.site(project, chosen), held, asked, json_=json_)


def _asked(since: str, text: str, limit: int) -> Asked:
    now = CLOCK.now()
    moment = inventory.moment(since, now)
    if moment is None or moment >= now:
        raise ConfigError(f"--since {since!r} is no time in the past.", hint="Write 7d, 36h or 2026-01-31.")
    return Asked(moment, now, text, limit)


def _list(site: Site, held: Holdings, asked: Asked, *, json_: bool) -> None:
    """What is in the account, newest first."""
    cloud = inventory.with_projects(site, CLOCK)
    kinds: dict[str, Iterator[Item]] = {}
    if cloud is not None:
        kinds["projects"] = inventory.projects(cloud, asked, held.holder)
    kinds["videos"] = inventory.videos(inventory.opened(site, CLOCK), asked, held.holder)
    found = {kind: list(itertools.islice(items, asked.limit + 1)) for kind, items in kinds.items()}
    if json_:
        shown = {kind: [one.document() for one in items[: asked.limit]] for kind, items in found.items()}
        more = {kind: len(items) > asked.limit for kind, items in found.items()}
        _print_json({"site": str(site), "since": asked.since.isoformat(), **shown, "more": more})
        return
    console = Console()
    console.print(f"{site}, since {asked.since:%Y-%m-%d}, the newest first", highlight=False)
    for kind, items in found.items():
        console.print(f"\n[bold]{kind}[/]", highlight=False)
        _print_items(console, items[: asked.limit])
        if len(items) > asked.limit:
            console.print(f"  and more: --limit {asked.limit * 2}, or --filter TEXT", highlight=False)
    console.print("\nTake over what no stack holds: reelstack adopt ID... [--format python] -o FILE", highlight=False)


def _print_items(console: Console, items: list[Item]) -> None:
    """A line for each, as wide as it needs to be: an id that is cut off, or broken over lines, is of no use."""
    rows = [_row(one) for one in items]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width)
        console.print(f"  {line.rstrip()}", highlight=False, markup=False, soft_wrap=True)
    if not items:
        console.print("  none", highlight=False)


def _row(one: Item) -> tuple[str, ...]:
    when = f"{one.created:%Y-%m-%d %H:%M}" if one.created else ""
    length = f"{one.seconds:.1f} s" if one.seconds else ""
    size = f"{one.width}x{one.height}" if one.width and one.height else ""
    other = f"made by a stack {one.made_by}" if one.made_by else ""
    return one.id, when, one.status, length, size, _title(one), f"held by {one.held_by}" if one.held_by else other


def _title(one: Item) -> str:
    """A title in one line. Whoever has access to the account may have written it: nothing in it is hidden."""
    return visible(" ".join(one.title.split()))


def _taken(project: Path, stack: str, held: Holdings, ids: list[str]) -> takeover.Taken:
    if len(ids) > MOST_IDS:
        raise ConfigError(f"at most {MOST_IDS} at a time, not {len(ids)}.")
    site = inventory.site(project, stack)
    names = {holdings.name(one).rpartition("/")[2] for one in held.stacks.get(stack, ())}
    taking = takeover.Taking(
        site, inventory.opened(site, CLOCK), inventory.with_projects(site, CLOCK), held.holder, names
    )
    return taking.take(ids)


def _write(taken: takeover.Taken, form: Format, file: Path | None, name: str) -> None:
    """Write it down; a file that is there already is never overwritten."""
    stem = file.stem if file else None
    called = name or (stem if stem and is_name(stem) else UNNAMED)
    found = takeover_text.program(taken) if form is Format.PYTHON else takeover_text.campaign(taken, called, stem)
    if file is None:
        typer.echo(found.text, nl=False)
        return
    files = {file: found.text, **{file.parent / one: text for one, text in found.beside.items()}}
    if there := next((one for one in files if one.exists()), None):
        raise ConfigError(f"{there} is there already, and is left as it is.", hint="Name another file.")
    for one, text in files.items():
        try:
            one.parent.mkdir(parents=True, exist_ok=True)
            with one.open("x", encoding="utf-8") as opened:
                opened.write(text)
        except OSError as error:
            raise ConfigError(f"{one} cannot be written: {error.strerror}.") from error
        typer.echo(f"written: {one}")
    typer.echo("See with `reelstack preview` what it takes over and would change; then `reelstack up`.")


def _orphans(
    project: Path, stack: str, held: Holdings, asked: Asked, delete: list[str], *, yes: bool, json_: bool
) -> None:
    sites = sorted({inventory.site(project, stack), *held.sites(stack)}, key=str)
    found = [_of_site(site, held, stack, asked) for site in sites]
    if delete:
        _delete(found, delete, yes=yes)
        return
    if json_:
        looked = {name: held.identity(name) for name in held.stacks}
        _print_json({"stack": stack, "states": looked, "sites": [one.document() for one in found]})
        return
    _print_orphans(Console(), stack, held, found, asked)


def _of_site(site: Site, held: Holdings, stack: str, asked: Asked) -> orphans.Found:
    cloud = inventory.with_projects(site, CLOCK)
    if cloud is None:
        return orphans.of_intents(site, inventory.opened(site, CLOCK), held, stack, asked)
    return orphans.of_marks(site, cloud, held, stack, asked)


def _print_orphans(console: Console, stack: str, held: Holdings, found: list[orphans.Found], asked: Asked) -> None:
    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    say(f"States that were looked at: {', '.join(held.stacks) or 'none'}. Since {asked.since:%Y-%m-%d}.")
    if not held.identity(stack):
        say(f"No identity of the stack {stack} is in the state, so nothing can be told to be its own.")
        say("It has none before its first deployment, after `reelstack destroy`, and when its state was lost.")
        say("`reelstack adopt` lists all that is in the account, with the stacks that made it.")
    for one in found if held.identity(stack) else ():
        say(f"\n{one.site}")
        _print_site(console, stack, one)
    if any(one.orphans for one in found):
        say("\nTake one over: reelstack adopt ID -o FILE. Delete it: reelstack adopt --orphans --delete ID.")
        say("A video that left the stack with on_delete: retain bears the mark too: it is here because it was kept.")


def _print_site(console: Console, stack: str, one: orphans.Found) -> None:
    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False, soft_wrap=True)

    if one.more:
        say(f"  Only the newest {inventory.MOST} of a kind were looked at, and there are more.")
    if one.site.service == "huawei":
        say(f"  {NO_MARKS}")
        if not one.whose:
            say(f"  Every intent of {stack} came to a task: nothing was lost.")
        else:
            say(f"  Tasks in no state that may be {', '.join(one.whose)}, by an intent that never settled:")
            _print_items(console, list(one.doubtful))
            if one.doubtful:
                say("  Look at their assets in the console; take yours over by its id, or delete its asset there.")
        return
    say(f"  of {stack}, in no state:")
    _print_items(console, list(one.orphans))
    for other, count in sorted(one.others.items()):
        say(f"  of another stack, {other}: {count} in no state that was looked at; it is not for {stack} to judge.")


def _delete(found: list[orphans.Found], ids: list[str], *, yes: bool) -> None:
    """Delete orphans that are this stack's for sure, and nothing else."""
    sure = {item.id: (one.site, item) for one in found for item in one.orphans}
    strangers = [id_ for id_ in ids if id_ not in sure]
    if strangers:
        raise ConfigError(
            f"no orphan of this stack is {' or '.join(strangers)}, so nothing was deleted.",
            hint="`reelstack adopt --orphans` lists them; look further back with --since.",
        )
    for id_ in ids:
        typer.echo(f"{sure[id_][1].kind} {id_}: {_title(sure[id_][1]) or 'no title'}")
    require_consent(yes)
    for id_ in ids:
        site, item = sure[id_]
        cloud = inventory.with_projects(site, CLOCK)
        if cloud is not None:
            typer.echo(orphans.delete(cloud, item))


def _print_json(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))

"""`wms labels preview`: writes what the templates look like into a folder. Put into the command tree by `wms.cli`."""

from pathlib import Path

import click

from wms.labels.model import Medium
from wms.labels.press import Press
from wms.labels.preview import Preview, preview_named, previews, render_preview
from wms.labels.printer import picture


def label_commands() -> click.Group:
    """The group `labels`; it needs no database."""

    @click.group("labels", short_help="Look at the label templates.")
    def labels() -> None:
        """Labels: what they look like."""

    @labels.command("preview", short_help="Write every template's sample as PDF, PNG, ZPL and TSPL.")
    @click.argument("names", nargs=-1, metavar="[TEMPLATE]...")
    @click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path("label-previews"),
        show_default=True,
        help="Folder to write into; it is made where it is missing.",
    )
    def preview(names: tuple[str, ...], out: Path) -> None:
        """Write the sample of each TEMPLATE, such as parcel_100x150, or of all of them.

        Labels as PDF, PNG, and for 203 and 300 dpi as ZPL and TSPL, papers as PDF and PNG. Every symbol is read back
        on the way.
        """
        wanted = [preview_named(name) for name in names] or previews()
        out.mkdir(parents=True, exist_ok=True)
        with Press() as press:
            for each in wanted:
                files = _files(each, press)
                for name, content in files.items():
                    (out / name).write_bytes(content)
                click.echo(f"{each.kind}, {each.size_mm[0]} x {each.size_mm[1]} mm: {', '.join(files)}")
        click.echo(f"{len(wanted)} template(s) written into {out}")

    return labels


def _files(preview: Preview, press: Press) -> dict[str, bytes]:
    contents = {medium: render_preview(preview, medium, press=press).content for medium in preview.media}
    files = {f"{preview.name}.{medium.ending}": content for medium, content in contents.items()}
    files[f"{preview.name}.png"] = picture(contents[Medium.PDF])
    return files

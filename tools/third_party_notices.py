"""Write THIRD_PARTY_NOTICES.md: every locked library, its licence and its home, from its own metadata.

Called by `make notices`, to be run after the lock files or `vendor.toml` have changed. Libraries of Python are not
shipped with this project; the file says what an installation fetches, what lies here already, and under which terms.
"""

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
NOTICES = REPOSITORY / "THIRD_PARTY_NOTICES.md"

INTRODUCTION = """\
# Third-party notices

The few works of others that the handheld and the tests load lie here unchanged, the Chinese fonts of the labels cut
down and renamed; each with its licence. An installation fetches the libraries below from the Python Package Index, each
under its own terms; their full licence texts are installed beside them, in the `*.dist-info` folders of the virtual
environment. Debian's packages (Pango, HarfBuzz, fontconfig, DejaVu and Noto CJK fonts; for tests PostgreSQL, Chromium
and the zbar tools) carry theirs in `/usr/share/doc/<package>/copyright`.

Written by `make notices`.
"""


def locked(lock: Path) -> dict[str, str]:
    """Names and versions in a lock file."""
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE))


def licence_of(package: metadata.PackageMetadata) -> str:
    """The licence by the most exact field a package has."""
    expression = package.get("License-Expression")
    if expression:
        return expression
    classifiers = [
        text.split(" :: ")[-1] for text in package.get_all("Classifier") or [] if text.startswith("License :: ")
    ]
    classifiers = [text for text in classifiers if text != "OSI Approved"]
    field = (package.get("License") or "").strip()
    # Some packages put the whole licence text into the field.
    if field and "\n" not in field and len(field) < 60:
        return field
    return ", ".join(classifiers)


def home_of(package: metadata.PackageMetadata) -> str:
    """Where a package is made."""
    urls = dict(text.split(", ", 1) for text in package.get_all("Project-URL") or [])
    by_label = {label.lower(): url for label, url in urls.items()}
    for label in ("homepage", "home", "source", "source code", "repository", "code", "github"):
        if label in by_label:
            return by_label[label]
    return package.get("Home-page") or next(iter(urls.values()), "")


def table(packages: dict[str, str]) -> list[str]:
    """One row per package. Exits where one is not installed in the locked version or does not say its licence."""
    rows = ["| Library | Version | Licence | Home |", "| --- | --- | --- | --- |"]
    for name, version in sorted(packages.items()):
        package = metadata.metadata(name)
        if package["Version"] != version:
            sys.exit(f"{name} is locked in {version} but installed in {package['Version']}: call make install-checks")
        licence = licence_of(package)
        if not licence:
            sys.exit(f"{name} {version} does not say its licence in its metadata: find out before it is used")
        rows.append(f"| {package['Name']} | {version} | {licence} | {home_of(package)} |")
    return rows


def brought_along() -> list[str]:
    """One row per library whose files lie in the repository, with their licences."""
    rows = ["| Library | Version | Licence | Where |", "| --- | --- | --- | --- |"]
    for listed in (
        REPOSITORY / "label_templates/fonts/vendor.toml",
        REPOSITORY / "scanner_ui/static/vendor/vendor.toml",
        REPOSITORY / "tests/browser/vendor/vendor.toml",
    ):
        for library in tomllib.loads(listed.read_text("utf-8"))["library"]:
            where = (listed.parent / library["folder"]).resolve().relative_to(REPOSITORY).as_posix()
            name = f"{library['name']}, with {library['contains']}"
            rows.append(f"| {name} | {library['version']} | {library['licence']} | `{where}` |")
    return rows


def main() -> None:
    """Write the file."""
    service = locked(REPOSITORY / "requirements.lock")
    everything = locked(REPOSITORY / "requirements-dev.lock")
    checks = {name: version for name, version in everything.items() if name not in service}
    parts = [
        INTRODUCTION,
        "## What this project brings along\n",
        *brought_along(),
        "",
        "## What the service needs\n",
        *table(service),
        "",
        "## What tests and linters need besides\n",
        *table(checks),
    ]
    NOTICES.write_text("\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

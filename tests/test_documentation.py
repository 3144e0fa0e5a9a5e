"""The documentation tells the truth: what exists is described, what is described exists, examples run."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from cairn.cli.main import COMMANDS, cli
from cairn.errors import Reason
from cairn.records.access import GRANTS, ROLES, Act
from cairn.records.audit import AuditTag
from cairn.records.users import Role
from cairn.types import Handling, SeriesStatus, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
DECISIONS = sorted((DOCS / "adr").glob("[0-9]*.md"))
VARIABLE = re.compile(r"CAIRN_[A-Z_]+")
LINK = re.compile(r"\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command that a person can type, as typed."""
    for name, (target, _) in sorted(COMMANDS.items()):
        if find_spec(target.partition(":")[0]) is None:
            continue
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"cairn {name} {sub}", each) for sub, each in sorted(command.commands.items()))
        else:
            yield f"cairn {name}", command


TYPED = dict(commands())


def options(command: click.Command) -> set[str]:
    return {name for each in command.params if isinstance(each, click.Option) for name in each.opts}


def shell_lines() -> Iterator[tuple[Path, str]]:
    """Yield every command line of Cairn in a shell example, continued lines joined."""
    for page in PAGES:
        for block in re.findall(r"```sh\n(.*?)```", text_of(page), re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                if line.startswith("cairn "):
                    yield page, line.partition(" > ")[0]


def anchors(page: Path) -> set[str]:
    """Answer the anchors that a page's headings get, here and in the built site."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    words = (re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in headings)
    return {re.sub(r"[-\s]+", "-", each) for each in words}


@pytest.mark.parametrize("typed", TYPED)
def test_every_command_has_help_and_a_page_that_names_it_with_all_its_options(typed: str) -> None:
    command = TYPED[typed]
    assert command.help
    assert all(each.help for each in command.params if isinstance(each, click.Option))
    pages = [text_of(page) for page in PAGES if page.is_relative_to(DOCS) and typed in text_of(page)]
    missing = {name for name in options(command) if not any(f"`{name}" in page for page in pages)}
    assert not missing


def test_every_option_of_the_check_has_a_row_in_its_table() -> None:
    page = text_of(DOCS / "check.md")
    assert [name for name in sorted(options(TYPED["cairn check"])) if f"\n| `{name}" not in page] == []


def test_every_command_line_that_is_shown_can_be_typed() -> None:
    wrong = []
    for page, line in shell_lines():
        words = shlex.split(line)
        names = [typed for typed in TYPED if words[: typed.count(" ") + 1] == typed.split(" ")]
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        if not names or given - options(TYPED[names[0]]):
            wrong.append(f"{page.name}: {line}")
    assert wrong == []


def test_shell_examples_are_found() -> None:
    assert len(list(shell_lines())) > 10


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_documentation_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", text_of(page), flags=re.DOTALL)
    broken = []
    for link in LINK.findall(text):
        place, _, anchor = link.partition("#")
        if "://" in place or place.startswith("mailto:"):
            continue
        target = page.parent / place if place else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_decision_is_in_the_index_and_has_a_number_of_its_own() -> None:
    table, _, _ = text_of(DOCS / "adr" / "README.md").partition("## How to write one")
    rows = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \|", table, re.MULTILINE)
    assert [name for _, name in rows] == sorted(page.name for page in DECISIONS)
    numbers = [number for number, _ in rows]
    assert numbers == [name[:4] for _, name in rows]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name)
def test_every_decision_says_when_and_how_it_stands(page: Path) -> None:
    text = text_of(page)
    assert re.match(rf"# 0*{int(page.name[:4])}\. ", text)
    assert re.search(
        r"^Date: \d{4}-\d\d-\d\d\. Status: (proposed|accepted|superseded by \d+)\.", text, re.MULTILINE
    )


def test_every_audit_tag_is_documented_and_no_other() -> None:
    documented = re.findall(r"^\| `([^`]+)` \|", text_of(DOCS / "audit.md"), re.MULTILINE)
    assert sorted(documented) == sorted(str(tag) for tag in AuditTag)


def test_every_environment_variable_is_documented_and_no_other() -> None:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / ".ci").iterdir()]
    used = {name for source in sources for name in VARIABLE.findall(text_of(source))} - {"CAIRN_"}
    assert set(VARIABLE.findall(text_of(DOCS / "node.md"))) == used


def test_the_pages_that_errors_point_to_have_their_headings() -> None:
    assert "the-node-file" in anchors(DOCS / "node.md")
    assert {"keys", "the-counterfoil"} <= anchors(DOCS / "audit.md")


def test_every_verdict_reason_status_and_handling_is_explained() -> None:
    check, words = text_of(DOCS / "check.md").lower(), text_of(DOCS / "words.md").lower()
    assert [each for each in Verdict if f"\n| {each.replace('-', ' ')} |" not in check] == []
    assert [each for each in Reason if f"\n| `{each}` |" not in check] == []
    assert [each for each in SeriesStatus if f"*{each.replace('-', ' ')}*" not in words] == []
    assert [each for each in Handling if f"\n| {each} |" not in words] == []


def test_every_act_and_every_role_is_in_the_tables_of_who_may_what() -> None:
    page = text_of(DOCS / "access.md")
    rows = dict(re.findall(r"^\| `([a-z-]+:[a-z-]+)` (\|.*\|)$", page, re.MULTILINE))
    assert sorted(rows) == sorted(Act)
    letters = dict(re.findall(r"^\| ([a-z-]+) \| ([A-Z]) \|", page, re.MULTILINE))
    assert sorted(letters) == sorted(Role)
    for act, row in rows.items():
        _, _, roles, who, _ = (cell.strip() for cell in row.split("|"))
        assert set(roles.split()) == {letters[role] for role in ROLES[Act(act)]}, act
        assert who == GRANTS[Act(act)].who


def test_every_make_target_is_documented() -> None:
    targets = re.findall(r"^([a-z]+):.*## ", text_of(ROOT / "Makefile"), re.MULTILINE)
    page = text_of(DOCS / "install.md")
    assert targets
    assert [each for each in targets if f"| `make {each}` |" not in page] == []


def test_the_examples_for_programmers_are_true() -> None:
    tried = doctest.testfile(str(DOCS / "library.md"), module_relative=False, encoding="utf-8")
    assert tried.attempted > 30
    assert tried.failed == 0


def test_the_rooms_that_programmers_use_do_not_load_django() -> None:
    rooms = "cairn.fingerprints, cairn.index, cairn.linking, cairn.transparency"
    program = f"import sys, {rooms}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_every_page_is_in_the_navigation() -> None:
    navigation = text_of(ROOT / "mkdocs.yml")
    pages = [page.relative_to(DOCS).as_posix() for page in PAGES if page.is_relative_to(DOCS)]
    assert [page for page in pages if not page.startswith("adr/0") and f": {page}\n" not in navigation] == []


def test_the_site_builds_without_a_warning_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (built.returncode, built.stderr) == (0, "")
    remote = re.compile(r"""(src|<link[^>]*href)=["']?(https?:)?//|url\(["']?(https?:)?//|@import""")
    sources = [path for path in tmp_path.rglob("*") if path.suffix in {".html", ".css"}]
    assert [path.name for path in sources if remote.search(text_of(path))] == []
    assert (tmp_path / "check.html").exists()

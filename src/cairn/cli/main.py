"""The command ``cairn``: every command is a thin file of its own, imported only when it is called."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from cairn import __version__
from cairn.errors import CairnError
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

EXIT_NOT_DONE = 2
EXIT_READER_LEFT = 141  # 128 + SIGPIPE, as shells count it.
EXIT_INTERRUPTED = 130  # 128 + SIGINT, as shells count it.

# Name: where the command lies, and what `cairn --help` says of it without importing anything.
COMMANDS: dict[str, tuple[str, str]] = {
    "alert": ("cairn.cli.alert:alert", "Read what your authority is told, and say what it follows."),
    "audit": ("cairn.cli.audit:audit", "Read the audit log, verify it, prove it, have it witnessed."),
    "authority": ("cairn.cli.authority:authority", "Record and list authorities: who knows, whom to ask."),
    "bench": ("cairn.cli.index_commands:bench", "Measure this machine."),
    "case": ("cairn.cli.case:case", "Open, list, show, review and delete the cases of an authority."),
    "check": ("cairn.cli.check:check", "Say of every file what is known, and what to look at first."),
    "demo": ("cairn.cli.demo:demo", "Build a demonstration node and check a seizure against it."),
    "doctor": ("cairn.cli.doctor:doctor", "Say whether this machine and this node are well."),
    "export": ("cairn.cli.exporting:export", "Write a series or a case for others, signed; verify it."),
    "feedback": ("cairn.cli.feedback:feedback", "Say to services of others which hashes fit."),
    "fetch": ("cairn.cli.fetching:fetch", "Fetch hash lists from services of others."),
    "fingerprint": ("cairn.cli.fingerprint:fingerprint", "Print digests and PDQ hashes of files."),
    "import": ("cairn.cli.importing:import_", "Take hash lists in, so that checks meet them."),
    "index": ("cairn.cli.index_commands:index", "Look after the fingerprint index."),
    "investigation": (
        "cairn.cli.investigation:investigation",
        "Work with other authorities in a space that only its members see.",
    ),
    "key": ("cairn.cli.key:key", "Give keys to programs that use the HTTP API."),
    "list": ("cairn.cli.hash_list:hash_list", "Say what a hash list holds, and which lists checks meet."),
    "link": ("cairn.cli.link:link", "Judge which media are the same."),
    "model": ("cairn.cli.model:model", "Look after learnt models that you supply."),
    "node": ("cairn.cli.node:node", "Make a node, and bring it up to date."),
    "offender": ("cairn.cli.people:offender", "Record offenders without names, and the work on them."),
    "points": ("cairn.cli.points:points", "Keep the list of over-common points of pictures."),
    "question": ("cairn.cli.question:question", "Ask another authority, and answer what it asks."),
    "report": ("cairn.cli.report:report", "Take in reports of hotlines and companies; work their queue."),
    "reviews": ("cairn.cli.reviews:reviews", "List what is due: is it still kept?"),
    "scheme": ("cairn.cli.scheme:scheme", "Install a scheme of categories."),
    "serve": ("cairn.cli.serve:serve_", "Open the desk: the pages that investigators work with."),
    "series": ("cairn.cli.series:series", "Open, find and show series, and say what is known."),
    "sound": ("cairn.cli.sound:sound", "Keep the list of over-common sounds."),
    "stats": ("cairn.cli.stats:stats", "Count victims, series, media, and looks avoided."),
    "tombstone": ("cairn.cli.deleting:tombstone", "List what your authority has deleted."),
    "user": ("cairn.cli.user:user", "Record the people of an authority, and their roles."),
    "vault": ("cairn.cli.vault:vault", "Look after the encrypted pictures that the node keeps."),
    "victim": ("cairn.cli.people:victim", "Record victims without names, and the work for them."),
    "vics": ("cairn.cli.case_file:case_file", "Say what a VICS case file holds."),
    "warmup": (
        "cairn.cli.index_commands:warmup",
        "Compile what is compiled once, so that nobody waits later.",
    ),
    "withdraw": ("cairn.cli.withdrawing:withdraw", "Hide what is yours from everybody else, at once."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that help is instant."""

    def __init__(self, commands: Mapping[str, tuple[str, str]], **attributes: object) -> None:
        """Take the table of commands."""
        super().__init__(**attributes)  # type: ignore[arg-type]  # click's own keywords, passed through
        self._table = commands

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Answer the names of all commands."""
        return sorted(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import a command and answer it, or ``None`` where there is none of that name."""
        if cmd_name not in self._table:
            return None
        module, _, attribute = self._table[cmd_name][0].partition(":")
        command = getattr(import_module(module), attribute)
        assert isinstance(command, click.Command)  # noqa: S101 - the table above is ours
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands from the table, importing none."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._table[name][1]) for name in self.list_commands(ctx)])


@click.command(cls=LazyGroup, commands=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="cairn")
def cli() -> None:
    """Tell which files are already known, to whom, and which to look at first."""


def main() -> None:
    """Run the command line; every refusal is a sentence on stderr and a non-zero exit.

    Numpy multiplies in one thread, in what is started from here, too, unless whoever calls says otherwise:
    its threads wait for more work at full speed, and searches need the processors meanwhile.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = cli.main(standalone_mode=False, prog_name="cairn")
    except click.exceptions.Abort:
        code = EXIT_INTERRUPTED
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except CairnError as error:
        click.echo(f"cairn: {visible(error.sentence)}", err=True)
        code = EXIT_NOT_DONE
    except BrokenPipeError:
        # The reader of our output has left, as `head` does; there is nobody to tell.
        _silence()
        code = EXIT_READER_LEFT
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _silence()
        click.echo("cairn: the output could not be written: its disk is full.", err=True)
        code = EXIT_NOT_DONE
    sys.exit(code if isinstance(code, int) else 0)


def _silence() -> None:
    """Let nothing more be written to an output that takes nothing, not even at the end of the process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()

"""`party-ledger`: the command line, one module per command group.

Guarantees: a command's module is imported only when it is called, so that `--help` is quick; Beancount's pickle
cache is off before Beancount is imported, because it can show other figures than the text holds.
"""

from __future__ import annotations

import importlib
import os

import click

os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"

COMMANDS = {
    "init": "Make a new book, or the practice province.",
    "demo": "The main job on the practice province, from files to a signed notice.",
    "submit": "Hand in a unit's file.",
    "check": "Run every rule.",
    "status": "Who has handed in what, and who is late.",
    "report": "Trial balance, budget execution, settlement figures.",
    "settle": "Review, decide, sign and seal a settlement.",
    "rules": "List and explain the rules.",
    "verify": "Prove the book against its history, events and signatures.",
    "upgrade": "Bring an older book to today's format.",
    "serve": "Open the book in the browser.",
}
"""Command → one line of help; the command itself is `command` of the module `cli.<name>`."""


class LazyGroup(click.Group):
    """A group that knows its commands' names and imports their modules on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - signature of the library
        """In the order of the work, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command, from its own module."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """The list of commands, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="party-ledger")
def main() -> None:
    """Sổ sách tài chính, tài sản của Đảng trong một tỉnh / The Party's books of one province.

    Exit codes: 0 fine, 1 findings that block, 2 wrong usage, 3 broken integrity.
    """

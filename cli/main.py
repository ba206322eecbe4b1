"""`party-ledger`: the command line, one module per command group.

Guarantees: a command's module is imported only when it is called, so that `--help` is quick; Beancount's pickle
cache is off before Beancount is imported, because it can show other figures than the text holds.
"""

from __future__ import annotations

import importlib
import os

import click

from ledger.pause import collector_at_rest

os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"
# Nothing here multiplies matrices; the library for it would start a thread for each core, whose start costs a tenth
# of a second.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

COMMANDS = {
    "init": "Make a new book, or the practice province.",
    "demo": "The main job on the practice province, from files to a signed notice.",
    "template": "Write a blank file of a form.",
    "submit": "Hand in a unit's file.",
    "attach": "Attach scans to vouchers, or list what is missing.",
    "receipt": "Show, print or check the receipt of a submission.",
    "justify": "Say why a warning may stand.",
    "certify": "Vouch for what was handed in: the accountant, then the head.",
    "recheck": "Check what was handed in by the rules of today.",
    "return": "Send a submission back to its unit.",
    "extend": "Give a unit more time.",
    "override": "Let a rule pass for one ceiling, by a document, up to a cap.",
    "check": "Run every rule.",
    "status": "Who has handed in what, and who is late.",
    "report": "Trial balance, budget execution, settlement figures.",
    "estimates": "Prepare a year's estimates: requests, review, proposals, assignment.",
    "year-end": "Carry over, cancel the rest of a budget year, or take that back.",
    "settle": "Review, decide, sign and seal a settlement.",
    "rules": "List and explain the rules.",
    "verify": "Prove the book against its history, events and signatures.",
    "backup": "Copy the book and its scans to another folder, and prove the copy.",
    "upgrade": "Bring an older book to today's format.",
    "serve": "Open the book in the browser.",
}
"""Command → one line of help; the command itself is `command` of the module `cli.<name>`, or the one below."""
MODULES = {"return": "give_back", "year-end": "yearend"}
"""Commands whose name cannot be that of a module."""


class LazyGroup(click.Group):
    """A group that knows its commands' names and imports their modules on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - signature of the library
        """In the order of the work, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command, from its own module."""
        if cmd_name not in COMMANDS:
            return None
        with collector_at_rest():
            command: click.Command = importlib.import_module(f"cli.{MODULES.get(cmd_name, cmd_name)}").command
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

"""The top of the command: the list of commands, help, exit codes."""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from annotator import __version__

_COMMANDS: Final = {
    "review": ("annotator.cli.review", "Open the review where this reviewer stopped."),
    "init": ("annotator.cli.articles", "Make a project folder."),
    "add": ("annotator.cli.articles", "Bring articles into the project."),
    "baseline": ("annotator.cli.articles", "Show or recompute the sentiment baseline."),
    "explain": ("annotator.cli.articles", "Say what the rules and the sentiment say, and why."),
    "suggest": ("annotator.cli.suggest", "Show or choose who suggests labels, or suggest some."),
    "train": ("annotator.cli.train", "Learn a model from the labels, and suggest with it."),
    "evaluate": ("annotator.cli.evaluate", "Measure suggestions and sentiment against labels."),
    "status": ("annotator.cli.labels", "Show progress by reviewer, document and label."),
    "reviewers": ("annotator.cli.reviewers", "List who labels, how much and how fast."),
    "assign": ("annotator.cli.assign", "Share the sentences out among reviewers."),
    "calibrate": ("annotator.cli.calibrate", "Practise on sentences whose labels are agreed on."),
    "consistency": ("annotator.cli.consistency", "List sentences nearly the same, labelled apart."),
    "agreement": ("annotator.cli.agreement", "Measure how far reviewers agree."),
    "profile": ("annotator.cli.profile", "Describe how sources word things. Never a score."),
    "dashboard": ("annotator.cli.dashboard", "Watch how the project stands, while others label."),
    "claims": ("annotator.cli.claims", "Link sentences that state the same, and show how."),
    "report": ("annotator.cli.report", "Write a report as HTML, Markdown or JSON."),
    "adjudicate": ("annotator.cli.adjudicate", "Settle what reviewers differ on."),
    "label": ("annotator.cli.labels", "Label a sentence without the screen."),
    "skip": ("annotator.cli.labels", "Skip a sentence without the screen."),
    "undo": ("annotator.cli.labels", "Take back the latest decision."),
    "redo": ("annotator.cli.labels", "Bring back what was undone last."),
    "scheme": ("annotator.cli.scheme", "Show, check, compare or replace the labels."),
    "export": ("annotator.cli.exchange", "Write the labels as JSONL or CSV."),
    "import": ("annotator.cli.exchange", "Take labels of an export back."),
    "merge": ("annotator.cli.merge", "Take in what was labelled elsewhere."),
    "schema": ("annotator.cli.exchange", "Print the JSON Schema of the export."),
    "verify": ("annotator.cli.upkeep", "Prove that the history is complete and unchanged."),
    "backup": ("annotator.cli.upkeep", "Copy the label store while it is in use."),
    "completion": ("annotator.cli.upkeep", "Print the completion script of a shell."),
}
"""Where each command lives. Its module is imported when it is called, or asked for its help."""

_COMPLETING: Final = "_ANNOTATOR_COMPLETE"

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

_EXIT_CODES: Final = """\b
Exit codes: 0 done, 1 the answer is no, 2 usage, 3 bad input, 4 store problem.
"""


class Commands(click.Group):
    """A group that imports a command when it is needed, and opens the review without one."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order people meet them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command by name."""
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(_COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read `annotator [OPTIONS]` as `annotator review [OPTIONS]`, and remember that."""
        if ctx.resilient_parsing:  # a shell asks what could stand here
            return super().parse_args(ctx, args)
        if not args or (args[0].startswith("-") and args[0] not in {"--help", "-h", "--version"}):
            ctx.obj = "bare"
            args = ["review", *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Add the nearest command to the message when there is none of that name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(error.message + hint, ctx) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EXIT_CODES,
)
@click.version_option(__version__, prog_name="annotator")
def cli() -> None:
    """Label how news is worded, sentence by sentence: factual, speculative or promotional.

    Without a command it takes in what is new in corpus/ and opens the review. Options go after the
    command's name.
    """


def main(args: list[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    _open_streams()
    sys.exit(run(args))


def _open_streams() -> None:
    # One that the caller has closed (`>&-`) is no object here, and the next file that is opened,
    # such as the store, would take its number.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nothing = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - stays open
            setattr(sys, name, nothing)


def run(args: list[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    from annotator.core.errors import AnnotatorError

    if _COMPLETING in os.environ:  # a shell asks what could stand here
        cli.main(args, prog_name="annotator")
    try:
        # Not by `main` of click, which ends with 1 where the reader of our pipe has gone.
        with cli.make_context("annotator", sys.argv[1:] if args is None else args) as context:
            result: Any = cli.invoke(context)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        _show(error)
        return 2
    except AnnotatorError as error:
        from annotator.cli.common import report_error

        report_error(error)
        return error.exit_code
    except KeyboardInterrupt:
        click.echo("stopped; nothing is half done", err=True)
        return 130
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except OSError as error:
        if error.errno not in _FULL or error.filename is not None:
            raise
        _forget_stdout()
        return _not_written(error)
    return result if isinstance(result, int) else 0


def _not_written(error: OSError) -> int:
    from annotator.cli.common import report_error
    from annotator.core.errors import InputProblem

    report_error(
        InputProblem(
            f"the output cannot be written: {error.strerror}",
            hint="make room, or write it to another place",
        )
    )
    return InputProblem.exit_code


def _show(error: click.ClickException) -> None:
    # It quotes what was typed, and not every version of click as a literal.
    from annotator.cli.common import say

    said = StringIO()
    error.show(said)
    say(said.getvalue().rstrip("\n"))


def _forget_stdout() -> None:
    # The reader of our pipe has gone (`| head`), or the disk is full: the interpreter would
    # complain when it flushes.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

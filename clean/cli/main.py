"""The group of all commands. A command's module is imported when the command is called, not before."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping

import click

from clean import __version__
from clean.errors import CleanError
from clean.stages import SUMMARIES

COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("clean.cli.run:command", "The whole pipeline, from a folder to a folder."),
    **{name: (f"clean.cli.stage:{name}", summary) for name, summary in SUMMARIES.items()},
    "duplicates": ("clean.cli.duplicates:command", "Near-duplicates of a folder or a file, as clusters."),
    "write": ("clean.cli.write:command", "JSON lines from a pipe to a folder, as `run` writes it."),
    "check": ("clean.cli.check:command", "Would anything change? Exit 0 or 1."),
    "diff": ("clean.cli.diff:command", "Raw against cleaned, the rule beside each change."),
    "explain": ("clean.cli.explain:command", "Why a line is gone, changed or kept."),
    "restore": ("clean.cli.restore:command", "Put back what was removed."),
    "report": ("clean.cli.report:command", "The review page."),
    "apply": ("clean.cli.apply:command", "Carry out decisions made in the review page."),
    "stats": ("clean.cli.stats:command", "Counts by rule, class, stage, site, file."),
    "rules": ("clean.cli.rules:command", "List, show, test and write rules."),
    "names": ("clean.cli.names:command", "Mangled names: the stage as a filter, and its gazetteer."),
    "index": ("clean.cli.index:command", "The index of what was seen before."),
    "eval": ("clean.cli.eval:command", "Precision and recall on labelled lines of your own."),
    "config": ("clean.cli.config:command", "The configuration, and where each value came from."),
    "doctor": ("clean.cli.doctor:command", "Is everything here that a run needs?"),
    "demo": ("clean.cli.demo:command", "A small folder of dirty pages to try things on."),
    "completion": ("clean.cli.completion:command", "Completion for bash, zsh, fish, PowerShell."),
}
"""Command to module and one line of help: the help page is printed without importing any of them."""


class Group(click.Group):
    """A click group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of use, not of the alphabet."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command itself; its module is imported here."""
        del ctx
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As in click, but an unknown command is answered with the nearest right one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, from the table."""
        rows = [(name, COMMANDS[name][1]) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="clean")
def cli() -> None:
    """Clean scraped news, with an account of every character removed or changed.

    `clean run raw/ cleaned/` does everything; `clean diff` shows what it did.
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line; every failure is one clear line and a documented exit code."""
    # Nothing here multiplies large matrices, and a process with idle threads cannot be copied for workers.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = cli.main(args=args, prog_name="clean", standalone_mode=False)
        sys.stdout.flush()
    except CleanError as error:
        sys.exit(_failed(str(error), error.exit_code))
    except click.ClickException as error:
        error.show()
        sys.exit(2 if isinstance(error, click.UsageError) else error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(
            _failed("interrupted; what is written is complete, and the same command goes on from there", 130)
        )
    except BrokenPipeError:
        # The reader has gone, as with `| head`: nothing to report, and nothing to flush at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("CLEAN_TRACEBACK"):
            raise
        hint = "Please report this, with the output under CLEAN_TRACEBACK=1"
        sys.exit(_failed(f"a defect in clean: {type(error).__name__}: {error}. {hint}", 70))
    sys.exit(code if isinstance(code, int) else 0)


def _failed(message: str, code: int) -> int:
    from clean.review.terminal import visible

    click.echo(f"clean: {visible(message)}", err=True)
    return code

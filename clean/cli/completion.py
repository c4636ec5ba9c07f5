"""`clean completion SHELL`: the script that makes a shell complete commands, options and rules."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, get_completion_class

SHELLS = ("bash", "zsh", "fish", "powershell")

_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($word, $tree, $position)
    $env:COMP_WORDS = $tree.ToString()
    $env:COMP_CWORD = $word
    $env:%(complete_var)s = "powershell_complete"
    %(prog_name)s | ForEach-Object {
        $value, $help = $_ -split "`t", 2
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, "ParameterValue", $help)
    }
    Remove-Item Env:COMP_WORDS, Env:COMP_CWORD, Env:%(complete_var)s
}
"""


class _PowerShell(ShellComplete):
    """What click needs to know of PowerShell, which it does not ship."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        import os
        import shlex

        words = shlex.split(os.environ.get("COMP_WORDS", ""))[1:]
        incomplete = os.environ.get("COMP_CWORD", "")
        return (words[:-1] if incomplete and words else words), incomplete

    def format_completion(self, item: CompletionItem) -> str:
        return f"{item.value}\t{item.help or ''}"


add_completion_class(_PowerShell)


@click.command("completion", short_help="Completion for bash, zsh, fish, PowerShell.")
@click.argument("shell", type=click.Choice(SHELLS))
def command(shell: str) -> None:
    r"""Print the completion script of SHELL.

    \b
    bash        eval "$(clean completion bash)"
    zsh         eval "$(clean completion zsh)"
    fish        clean completion fish | source
    PowerShell  clean completion powershell | Out-String | Invoke-Expression
    """
    from clean.cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "clean", "_CLEAN_COMPLETE").source())

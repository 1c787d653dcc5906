"""`stylepipe completion`: what a shell needs to complete commands, options and settings."""

from __future__ import annotations

import click
from click.shell_completion import ShellComplete, get_completion_class

_SHELLS = ("bash", "zsh", "fish")


@click.command(short_help="Print what a shell needs to complete commands.")
@click.argument("shell", type=click.Choice(_SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script that completes commands, options, settings (--set) and the items of a job file (--only).

    bash and zsh read it in ~/.bashrc or ~/.zshrc, fish from its folder of completions.

    \b
    Examples:
      eval "$(stylepipe completion bash)"
      stylepipe completion fish > ~/.config/fish/completions/stylepipe.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    program = context.find_root().command
    # Not the class's own `source`: bash's starts a bash to ask for its version.
    click.echo(ShellComplete.source(kind(program, {}, "stylepipe", "_STYLEPIPE_COMPLETE")))

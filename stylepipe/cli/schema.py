"""`stylepipe schema`: the job file's JSON Schema, for editors."""

from __future__ import annotations

import click


@click.command(short_help="Print the JSON Schema of a job file, for editors.")
def schema() -> None:
    """Print the JSON Schema of a job file, with which editors complete and explain it.

    \b
    Examples:
      stylepipe schema > stylepipe.schema.json
    """
    from stylepipe.spec.schema import schema_text

    click.echo(schema_text(), nl=False)

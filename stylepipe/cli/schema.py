"""`stylepipe schema`: the job file's JSON Schema, for editors."""

from __future__ import annotations

import json

import click


@click.command()
def schema() -> None:
    """Print the JSON Schema of a job file, with which editors complete and explain it.

    \b
    stylepipe schema > stylepipe.schema.json
    """
    from stylepipe.spec.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2))

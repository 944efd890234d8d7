"""The command `annotator`: one module a command group, loaded when it is called."""

from annotator.cli.app import main

__all__ = ["main"]

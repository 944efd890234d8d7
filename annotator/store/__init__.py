"""The label store: one SQLite file, append-only history, and the views derived from it.

The only package that knows SQL. `Store` is the door; the modules behind it are its rooms.
"""

from annotator.store.opening import Store

__all__ = ["Store"]

"""One reviewer's session: where they stand, what they decide, what they may see. No screen, no SQL.

Both front ends, the screen and the line mode, drive a `Session` and show what it says.
"""

from annotator.session.session import Session
from annotator.session.shown import Baseline
from annotator.session.sight import Reveal

__all__ = ["Baseline", "Reveal", "Session"]

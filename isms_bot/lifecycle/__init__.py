"""The rules: what was promised, what was seen and what time it is, in; what is to be done, out. Pure; no I/O, no clock.

`decide` looks only at its `View`. Whoever calls it reads the pages that it asks for (`Read`) and asks again: before anything
that somebody could feel as an accusation the job is read whole and fresh.
"""

from isms_bot.lifecycle.decide import decide
from isms_bot.lifecycle.view import Job, PrivateArea, PrivatePage, Procedure, ProcedureState, View

__all__ = ["Job", "PrivateArea", "PrivatePage", "Procedure", "ProcedureState", "View", "decide"]

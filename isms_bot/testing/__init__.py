"""For tests of isms-bot and of connectors: a wiki in memory and the suite that every connector must pass.

`MemoryWiki` plays the vendor and the people; `isms_bot.testing.suite` (needs pytest) holds the suite.
"""

from isms_bot.testing.faults import Crash, Fault, FaultPlan
from isms_bot.testing.gestures import Refused
from isms_bot.testing.memory import MemoryWiki
from isms_bot.testing.memory_connector import CoarseMemoryConnector, MemoryConnector

__all__ = ["CoarseMemoryConnector", "Crash", "Fault", "FaultPlan", "MemoryConnector", "MemoryWiki", "Refused"]

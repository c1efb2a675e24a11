"""What people do in a wiki: one function per gesture, each as the person, at the world's clock.

A gesture goes through the same operations as the API, with another actor; it is not bound by what the API can't do.
"""

from isms_bot.sandbox.notion.gestures import body, columns, pages
from isms_bot.sandbox.notion.gestures.registry import act

# Importing them registers their gestures.
MODULES = (body, pages, columns)
__all__ = ["MODULES", "act"]

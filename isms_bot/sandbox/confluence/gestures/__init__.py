"""What people do on a Confluence site: one function per gesture, each as the person, at the world's clock.

The words are those of the Notion part wherever the gesture exists there, so that one player can act in both.
"""

from isms_bot.sandbox.confluence.gestures import body, comments, pages, rows
from isms_bot.sandbox.confluence.gestures.registry import act, concerns

# Importing them registers their gestures.
MODULES = (body, comments, pages, rows)
__all__ = ["MODULES", "act", "concerns"]

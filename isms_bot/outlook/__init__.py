"""From what was observed to what the rules look at: the roster, decisions, rules, outages and readings of one pass."""

from isms_bot.outlook.picture import Outlook

__all__ = ["Outlook"]

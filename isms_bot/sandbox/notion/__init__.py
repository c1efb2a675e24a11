"""The Notion API: content model, rules and shapes of one vendor over the sandbox's world."""

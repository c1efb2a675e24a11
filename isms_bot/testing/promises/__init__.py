"""The promises of the port, by subject; `isms_bot.testing.suite` puts them together."""

"""An emulator of the wikis that isms-bot works in: for trying, for training, and under every test.

It imports nothing of isms_bot and shares no code with the connectors: a misunderstanding of a vendor then shows up as a
difference instead of being made twice.
"""

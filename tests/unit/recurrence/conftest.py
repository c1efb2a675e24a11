"""Properties are judged by what they find, never by how long a busy machine takes over it."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

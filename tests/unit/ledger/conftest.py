from tests.unit.store.databases import clock, server, store, url

__all__ = ["clock", "server", "store", "url"]

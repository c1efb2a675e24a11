"""The REST API of Confluence Cloud: v2, and what is left of v1."""

"""The REST API of Confluence Data Center."""

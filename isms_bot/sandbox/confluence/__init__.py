"""Confluence, twice over one world: a Cloud site (`/wiki`) and a Data Center site (`/confluence`)."""

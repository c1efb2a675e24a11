"""What helps to write a configuration: the JSON Schema for editors and the commented example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from isms_bot import registry
from isms_bot.config.models import ConfigModel, WorkspaceModel
from isms_bot.errors import ConfigError

EXAMPLE_FILE = "config.example.toml"


def schema() -> dict[str, Any]:
    """JSON Schema of config.toml. A workspace may have the keys of every connector that is installed and can be loaded."""
    whole = ConfigModel.model_json_schema(by_alias=True)
    workspace = WorkspaceModel.model_json_schema(by_alias=True, ref_template="#/$defs/{model}")
    definitions = {**workspace.pop("$defs", {}), **whole.pop("$defs", {})}
    names = registry.connectors()
    for name in names:
        try:
            own = registry.connector_class(name).settings_model().model_json_schema(by_alias=True)
        except ConfigError:
            continue
        definitions.update(own.get("$defs", {}))
        for key, value in own.get("properties", {}).items():
            workspace["properties"].setdefault(key, value)
    workspace["properties"]["connector"] = {"type": "string", "enum": list(names)}
    definitions["WorkspaceModel"] = workspace
    whole["properties"]["workspaces"] = {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": "^[a-z0-9-]+$"},
        "additionalProperties": {"$ref": "#/$defs/WorkspaceModel"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "isms-bot",
        **whole,
        "$defs": definitions,
    }


def example() -> str:
    """The commented example, byte for byte what config.example.toml holds."""
    return _example_path().read_bytes().decode("utf-8")


def _example_path() -> Path:
    """Inside the package when installed, at the root of the project in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / EXAMPLE_FILE
    return installed if installed.is_file() else package.parent.parent / EXAMPLE_FILE

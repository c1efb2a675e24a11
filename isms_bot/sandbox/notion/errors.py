"""Notion's refusals: status, code, and the texts that the real service was seen to use (docs/vendors/notion.md)."""

from __future__ import annotations

from typing import Any

STATUS = {
    "unauthorized": 401,
    "restricted_resource": 403,
    "object_not_found": 404,
    "conflict_error": 409,
    "rate_limited": 429,
    "internal_server_error": 500,
    "service_unavailable": 503,
    "gateway_timeout": 504,
    "service_overload": 529,
}


class Refusal(Exception):  # noqa: N818 - what the vendor answers, not an error of the program
    """An error answer of the Notion API."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        additional_data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = STATUS.get(code, 400)
        self.additional_data = additional_data
        self.headers = headers or {}

    def body(self, request_id: str) -> dict[str, Any]:
        """The error object, keys in the recorded order."""
        body: dict[str, Any] = {"object": "error", "status": self.status, "code": self.code, "message": self.message}
        if self.additional_data is not None:
            body["additional_data"] = self.additional_data
        return {**body, "request_id": request_id}


def invalid(message: str) -> Refusal:
    return Refusal("validation_error", message)


def not_found(noun: str, object_id: str, integration: str, integration_id: str) -> Refusal:
    """The same answer for what is absent and for what is not shared. For a data source the noun is `database`."""
    return Refusal(
        "object_not_found",
        f"Could not find {noun} with ID: {object_id}. Make sure the relevant pages and databases are shared with "
        f'your integration "{integration}".',
        additional_data={"integration_id": integration_id},
    )


def invalid_url() -> Refusal:
    return Refusal("invalid_request_url", "Invalid request URL.")


def no_capability() -> Refusal:
    return Refusal("restricted_resource", "Insufficient permissions for this endpoint.")


def no_room() -> Refusal:
    """The words are the sandbox's own: the vendor documents the code and what stands beside it, not the message."""
    return Refusal(
        "restricted_resource",
        "This workspace has reached the block limit of its plan.",
        additional_data={"block_limit": "block_creation"},
    )


def in_trash() -> Refusal:
    return invalid("Can't edit block that is archived. You must unarchive the block before editing.")


def ancestor_in_trash() -> Refusal:
    return invalid(
        "Can't edit page on block with an archived ancestor. You must unarchive the ancestor before editing page."
    )


def bad_cursor(cursor: str) -> Refusal:
    return invalid(f"The start_cursor provided is invalid: {cursor}")

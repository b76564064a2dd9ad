"""Where on the site people find what notices tell them of; the site map has the same paths."""

from __future__ import annotations


def of_request(request_id: str) -> str:
    """Return the path of a request, without language prefix."""
    return f"/yeu-cau/{request_id}"


def of_appeal(appeal_id: str) -> str:
    """Return the path of an appeal, without language prefix."""
    return f"/khieu-nai/{appeal_id}"


def of_item(request_id: str, item_id: str) -> str:
    """Return the path where one document of a request is decided on, without language prefix."""
    return f"/duyet/{request_id}/{item_id}"


def of_reader(person_id: str) -> str:
    """Return the path of what a person read that is not public, without language prefix."""
    return f"/nhat-ky-doc/nguoi/{person_id}"


def of_handling(request_id: str) -> str:
    """Return the path where the staff handle a request, without language prefix."""
    return f"/xu-ly/{request_id}"


def of_record(node_id: str) -> str:
    """Return the path of a record, without language prefix."""
    return f"/r/{node_id}"


def of_redaction(redaction_id: str) -> str:
    """Return the path where a redacted version is made and confirmed, without language prefix."""
    return f"/che/{redaction_id}"

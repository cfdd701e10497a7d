"""A target that is wrong in four ways, as an ASGI application."""

from __future__ import annotations

from typing import Any

from conformance.reference import Reference
from conformance.reference.asgi import Application
from conformance.reference.envelope import Answer


class Wrong(Reference):
    """Wrong about one family of requirements in each of four operations."""

    def refuse(self, operation: str, fault: Any) -> Answer:
        answer = super().refuse(operation, fault)
        if operation == "getCall":
            return Answer(404, answer.headers, answer.body)
        if operation == "getAddress":
            return Answer(answer.status, (("Content-Type", "text/html"),), b"<p>No.</p>")
        if operation == "listFlows":
            return Answer(answer.status, answer.headers, answer.body.replace(b'"Message"', b'"Text"'))
        if operation == "addAddress":
            wrong = answer.body.replace(b'"FieldName":"Line1"', b'"FieldName":"1"')
            return Answer(answer.status, answer.headers, wrong)
        return answer


app = Application(Wrong())

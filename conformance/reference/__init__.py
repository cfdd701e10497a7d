"""The embedded reference target: an implementation of the API that keeps the whole error contract.

It is written from the errors page and what is publicly known of the API alone, and shares no code and no data with the
rest of the suite, or both would err alike.

    from conformance.reference import Reference
    answer = Reference().respond("GET", "/v2/Calls/none", [("Authorization", "Basic ...")])

`python -m conformance.reference --port 8080` serves it. `conformance.reference.app` says how to get any error on demand, and
how to make it wrong on purpose.
"""

from .app import Reference
from .envelope import Answer, Fault, Refusal

__all__ = ["Answer", "Fault", "Reference", "Refusal"]

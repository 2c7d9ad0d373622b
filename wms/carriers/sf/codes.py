"""SF's own codes and what they mean to us. Pure data; a customer's sandbox may correct it by the account's settings.

Called by `messages` and `adapter`.
"""

from wms.carriers.model import TrackingStatus

ACCEPTED = "A1000"
"""The platform took the request; what became of it stands inside."""
SUCCESS = "S0000"
WRONG_DIGEST = "A1006"
EXPIRED = "A1002"
NOT_DONE = frozenset({WRONG_DIGEST, EXPIRED, "A1001", "A1003", "A1004", "A1005", "A1008", "A1010", "A1011"})
"""The gateway turned the request away before anybody worked on it: parameters, digest, address, permission, too many
requests. A1007 (a repeated request) and A1009 (whoever does the work was not reached) say nothing about the order."""

DUPLICATE = "8016"
NO_SUCH_ORDER = "8024"
CANCELLED = "8037"
COLLECTED = "8096"

FILTER_MANUAL, FILTER_SERVED, FILTER_NOT_SERVED = "1", "2", "3"

STATUS_OF_OPCODE = {
    "54": TrackingStatus.COLLECTED,
    "50": TrackingStatus.COLLECTED,
    "30": TrackingStatus.IN_TRANSIT,
    "31": TrackingStatus.IN_TRANSIT,
    "36": TrackingStatus.IN_TRANSIT,
    "302": TrackingStatus.IN_TRANSIT,
    "304": TrackingStatus.IN_TRANSIT,
    "310": TrackingStatus.IN_TRANSIT,
    "516": TrackingStatus.IN_TRANSIT,
    "517": TrackingStatus.IN_TRANSIT,
    "33": TrackingStatus.EXCEPTION,
    "34": TrackingStatus.EXCEPTION,
    "633": TrackingStatus.EXCEPTION,
    "44": TrackingStatus.OUT_FOR_DELIVERY,
    "204": TrackingStatus.OUT_FOR_DELIVERY,
    "70": TrackingStatus.NOT_DELIVERED,
    "125": TrackingStatus.READY_FOR_PICKUP,
    "657": TrackingStatus.READY_FOR_PICKUP,
    "80": TrackingStatus.DELIVERED,
    "8000": TrackingStatus.DELIVERED,
    "99": TrackingStatus.RETURNING,
    "631": TrackingStatus.RETURNING,
    "648": TrackingStatus.RETURNED,
}

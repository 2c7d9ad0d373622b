"""Moments as milliseconds, and as the port writes them: China time without zone. Pure."""

from datetime import UTC, datetime, timedelta, timezone

_CHINA = timezone(timedelta(hours=8))


def milliseconds(moment: datetime) -> int:
    """Milliseconds since 1970; whole, so that the same moment is always the same number."""
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def moment_of(at_ms: int) -> datetime:
    """The aware moment, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)


def seventeen(at_ms: int) -> str:
    """`YYYYMMDDhhmmssSSS`."""
    moment = moment_of(at_ms).astimezone(_CHINA)
    return f"{moment:%Y%m%d%H%M%S}{at_ms % 1000:03d}"


def day(at_ms: int) -> str:
    """`YYYYMMDD`."""
    return seventeen(at_ms)[:8]


def year(at_ms: int) -> str:
    return seventeen(at_ms)[:4]


def milliseconds_of(fourteen: str) -> int:
    """The moment of a document's `appTime`, which was checked on taking it."""
    return milliseconds(datetime.strptime(fourteen, "%Y%m%d%H%M%S").replace(tzinfo=_CHINA))

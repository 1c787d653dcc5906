from datetime import UTC, datetime, timedelta

from stylepipe.store.clock import utc_now


def test_the_time_is_utc_in_iso_8601():
    said = utc_now()
    assert said.endswith("Z")
    assert len(said) == len("2026-03-01T22:15:00Z")
    assert abs(datetime.fromisoformat(said) - datetime.now(UTC)) < timedelta(seconds=5)


def test_milliseconds_are_said_when_asked_for():
    assert len(utc_now("milliseconds")) == len("2026-03-01T22:15:00.123Z")

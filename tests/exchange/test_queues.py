"""Queues of <Enqueue>: order, places, averages and what the app is told."""

from exchange.queues import Line, QueueResult, join, leave, result_fields, wait_fields


def line_of(*arrivals, max_size=1000):
    line = Line(sid="QU1", name="billing", max_size=max_size)
    for call_sid, since in arrivals:
        line = join(line, call_sid, since)
    return line


def test_places_are_counted_from_one_and_close_up():
    """Twilio: QueuePosition is "the current queue position for the enqueued call"."""
    line = line_of(("CA1", 0), ("CA2", 5), ("CA3", 9))
    assert [line.position(sid) for sid in ("CA1", "CA2", "CA3", "CA9")] == [1, 2, 3, 0]
    assert leave(line, "CA1").position("CA3") == 2


def test_a_full_queue_takes_nobody():
    """QueueResult queue-full: "the enqueue attempt was rejected"."""
    assert join(line_of(("CA1", 0), max_size=1), "CA2", 1) is None


def test_front_is_the_first_member():
    """Members/Front of the REST resource."""
    assert line_of(("CA1", 0), ("CA2", 5)).member("Front").call_sid == "CA1"
    assert line_of().member("Front") is None


def test_the_wait_url_is_told_where_one_stands():
    """Twilio: AvgQueueTime is of those waiting now, "how long [they] have been in the queue in seconds"."""
    line = line_of(("CA1", 0.0), ("CA2", 30.5))
    assert wait_fields(line, "CA2", 60.9) == {
        "QueueSid": "QU1",
        "QueuePosition": "2",
        "QueueTime": "30",
        "AvgQueueTime": "45",
        "CurrentQueueSize": "2",
        "MaxQueueSize": "1000",
    }


def test_the_action_is_told_sid_and_time_only_of_who_was_queued():
    """Twilio: "This is only available if the call was actually enqueued"."""
    line = line_of()
    assert result_fields(QueueResult.FULL, line, 0) == {"QueueResult": "queue-full"}
    assert result_fields(QueueResult.LEAVE, line, 12) == {
        "QueueResult": "leave",
        "QueueSid": "QU1",
        "QueueTime": "12",
    }

"""Brings a telephony system's log into AgentStatus, and shows what the report and Call Steps say of it.

The log is the comma-separated LOG below: an agent's morning with a pause and its reason, two devices, two calls, one of
them transferred, after-call work, a ring that nobody answered, and a correction. How each line maps onto an event stands
in protos/agentstatus/v1/status.proto, at StatusOrigin. Running it twice changes nothing. Usage:
telephony_log.py [HOST:PORT [CA [CERTIFICATE KEY]]]
"""

import datetime
import sys
import tempfile

from call_steps import METADATA, connect, generate

COMPANY, GROUP = 280198, 7
LOG_NAME = "pbx-2026-03-03.log"

# second of the day's log in UTC, what happened, agent, what else is known
LOG = """\
08:00:00,phone registered,21,desk phone
08:00:00,queue login,21,
08:00:05,phone registered,21,softphone
08:30:00,answered,21,5001
08:34:00,hang-up,21,5001
08:35:30,after-call work ends,21,5001
09:00:00,pause,21,Lunch
09:30:00,unpause,21,
09:30:00,pause,21,Training
10:00:00,unpause,21,
10:05:00,phone unregistered,21,softphone
10:10:00,ring not answered,21,5002
10:20:00,answered,21,5003
10:22:00,transferred,21,5003
10:22:00,answered,22,5004
10:25:00,hang-up without after-call work,22,5004
11:00:00,rule: three missed calls,21,
11:10:00,queue logout,21,
11:10:02,phone unregistered,21,desk phone
"""


def events(status_pb2, log):
    """The status events of the log, and the rings in it: (number of the line, event or None, fields)."""
    s = status_pb2
    agent, system, app, call = (
        s.STATUS_ORIGIN_AGENT, s.STATUS_ORIGIN_SYSTEM, s.STATUS_ORIGIN_APP, s.STATUS_ORIGIN_CALL)
    for number, line in enumerate(log.splitlines(), start=1):
        time, what, agent_id, more = line.split(",")
        at = datetime.datetime.fromisoformat(f"2026-03-03T{time}+00:00")
        fields = {
            "queue login": dict(origin=agent, status=s.AGENT_STATUS_ONLINE),
            "queue logout": dict(origin=agent, status=s.AGENT_STATUS_OFFLINE),
            "pause": dict(origin=agent, status=s.AGENT_STATUS_AWAY, label=more),
            "unpause": dict(origin=agent, status=s.AGENT_STATUS_ONLINE),
            "rule: three missed calls": dict(
                origin=system, status=s.AGENT_STATUS_AWAY, label="Missed calls", actor="three missed calls"),
            "phone registered": dict(origin=app, status=s.AGENT_STATUS_ONLINE, device_id=more),
            "phone unregistered": dict(origin=app, status=s.AGENT_STATUS_OFFLINE, device_id=more),
            "answered": dict(origin=call, status=s.AGENT_STATUS_ON_CALL),
            "hang-up": dict(origin=call, status=s.AGENT_STATUS_WRAP_UP),
            "hang-up without after-call work": dict(origin=call, status=s.AGENT_STATUS_ONLINE),
            "after-call work ends": dict(origin=call, status=s.AGENT_STATUS_ONLINE),
            # The call goes on without this agent.
            "transferred": dict(origin=call, status=s.AGENT_STATUS_ONLINE),
        }.get(what)
        event = None
        if fields is not None:
            if fields["origin"] == call:
                fields["call_id"] = int(more)
            elif fields["origin"] == agent:
                # Queue commands are dialled on the desk phone. A choice without a device would forget all devices, so
                # that one of them going away would be all that is known.
                fields["device_id"] = "desk phone"
            # The log's name and the line make the id, so that importing again changes nothing; the line is the sequence,
            # so that what happens within one second keeps the log's order.
            event = s.RecordStatusRequest(
                agent_id=int(agent_id), event_id=f"{LOG_NAME}:{number}", sequence=number, **fields)
            event.occurred_at.FromDatetime(at)
        yield what, at, int(agent_id), more, event


def main(*server):
    from agentstatus.v1 import (
        agent_status_service_pb2_grpc, breakdown_pb2, record_statuses_pb2, ring_pb2, status_events_pb2, status_pb2)

    lines = list(events(status_pb2, LOG))
    with connect(*server) as channel:
        service = agent_status_service_pb2_grpc.AgentStatusServiceStub(channel)
        answer = service.RecordStatuses(
            record_statuses_pb2.RecordStatusesRequest(
                company_id=COMPANY, events=[event for *_, event in lines if event is not None]),
            timeout=10, metadata=METADATA)
        for result in answer.results:
            if result.HasField("error"):
                raise SystemExit(result.error.message)
        print("recorded:", len(answer.results), "events")

        # Call routing asks how each ring is to be shown, and has it kept for Call Steps.
        for what, at, agent_id, call_id, _ in lines:
            if what != "ring not answered":
                continue
            ring = ring_pb2.ClassifyRingTargetRequest(
                company_id=COMPANY, agent_id=agent_id, call_id=int(call_id), ring_group_id=GROUP,
                outcome=ring_pb2.RING_OUTCOME_NO_ANSWER, record=True)
            ring.ring_at.FromDatetime(at)
            print("Call Steps:", service.ClassifyRingTarget(ring, timeout=1, metadata=METADATA).label)

        # The supervisor's correction: the rule was wrong.
        service.RetractStatus(
            status_events_pb2.RetractStatusRequest(
                company_id=COMPANY, event_id=f"{LOG_NAME}:17", reason="the queue was closed", actor="supervisor"),
            timeout=5, metadata=METADATA)

        request = breakdown_pb2.GetBreakdownRequest(
            company_id=COMPANY, agent_ids=[21], hours_clip=breakdown_pb2.HOURS_CLIP_NONE)
        request.start_time.FromDatetime(lines[0][1])
        request.end_time.FromDatetime(lines[-1][1])
        for bucket in service.GetBreakdown(request, timeout=30, metadata=METADATA).agents[0].buckets:
            for duration in bucket.durations:
                name = status_pb2.AgentStatus.Name(duration.status).removeprefix("AGENT_STATUS_")
                print(f"{name}{' / ' + duration.label if duration.label else ''}: {duration.duration.seconds} s")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as generated:
        generate(generated)
        main(*sys.argv[1:])

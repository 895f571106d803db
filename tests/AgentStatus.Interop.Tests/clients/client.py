"""Calls the server with grpcio, as a user's program would, and prints what came back as one line of JSON.

Usage: client.py ADDRESS SCENARIO COMPANY PROTOS STANDARD_PROTOS. ForeignClientTests.cs says what must come back, of
this client and of client.mjs alike. Modules are generated into a temporary folder at each start.
"""

import json
import os
import pathlib
import sys
import tempfile
import time

import grpc
import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

SERVICE = "agentstatus.v1.AgentStatusService"
HEALTH = "grpc.health.v1.Health"
REFLECTION = "grpc.reflection.{}.ServerReflection"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"
LIMIT = 10
DAY = 1759276800  # 2025-10-01T00:00:00Z, a Wednesday


def generate(folder, protos, standard):
    well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    ours = (pathlib.Path(protos, folder) for folder in ("agentstatus/v1", "google/api"))
    files = [str(file) for folder in ours for file in folder.glob("*.proto")]
    files += [f"{standard}/grpc/health/v1/health.proto"]
    files += [f"{standard}/grpc/reflection/{version}/reflection.proto" for version in ("v1", "v1alpha")]
    flags = [f"-I{protos}", f"-I{standard}", f"-I{well_known}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
    if protoc.main(["protoc", *flags, *files]) != 0:
        raise SystemExit("protoc failed")
    # The generated package "grpc" would hide grpcio's own.
    sys.path.append(folder)
    grpc.__path__.append(f"{folder}/grpc")


def at(clock):
    """A timestamp on the day, from "HH:MM:SS" or "HH:MM:SS.fff"."""
    from google.protobuf.timestamp_pb2 import Timestamp

    hours, minutes, seconds = clock.split(":")
    ms = round((int(hours) * 3600 + int(minutes) * 60 + float(seconds)) * 1000)
    return Timestamp(seconds=DAY + ms // 1000, nanos=ms % 1000 * 1_000_000)


def ms_of(message):
    """A timestamp or a duration in milliseconds."""
    return message.seconds * 1000 + message.nanos // 1_000_000


def code_of(call):
    """How a call ends; a failed one's code."""
    try:
        call()
        return "OK"
    except grpc.RpcError as error:
        return error.code().name


class Scenarios:
    def __init__(self, address, company):
        from agentstatus.v1 import agent_status_service_pb2_grpc, breakdown_pb2, ring_pb2, status_pb2

        self.channel = grpc.insecure_channel(address)
        self.company = int(company)
        self.service = agent_status_service_pb2_grpc.AgentStatusServiceStub(self.channel)
        self.breakdowns, self.rings, self.statuses = breakdown_pb2, ring_pb2, status_pb2

    def record(self, agent, status, origin, clock, event_id):
        return self.service.RecordStatus(
            self.statuses.RecordStatusRequest(
                company_id=self.company,
                agent_id=agent,
                status=status,
                origin=origin,
                occurred_at=at(clock),
                event_id=event_id,
            ),
            timeout=LIMIT,
        )

    def ring(self, agent, **more):
        return self.rings.ClassifyRingTargetRequest(company_id=self.company, agent_id=agent, **more)

    def raw(self, kind, path, request, **more):
        """Calls with bytes of our own making; the code that it ends with."""
        method = getattr(self.channel, kind)(path, lambda data: data, lambda data: data)
        answer = lambda: method(request, timeout=LIMIT, **more)
        return code_of((lambda: list(answer())) if kind.endswith("stream") else answer)

    def requests(self):
        outcome = self.statuses.RecordOutcome.Name
        recorded = self.record(1, "AGENT_STATUS_OFFLINE", "STATUS_ORIGIN_AGENT", "06:58:12", "a")
        reopened = self.record(1, "AGENT_STATUS_ONLINE", "STATUS_ORIGIN_APP", "07:42:10", "b")
        again = self.record(1, "AGENT_STATUS_OFFLINE", "STATUS_ORIGIN_AGENT", "06:58:12", "a")
        self.record(2, "AGENT_STATUS_ONLINE", "STATUS_ORIGIN_SUPERVISOR", "06:59:00", "c")
        one = self.service.ClassifyRingTarget(self.ring(1, ring_at=at("09:15:30.250")), timeout=LIMIT)
        targets = [self.rings.RingTarget(agent_id=agent, outcome="RING_OUTCOME_NO_ANSWER") for agent in (2, 1, 3)]
        group = self.service.ClassifyRingTargets(
            self.rings.ClassifyRingTargetsRequest(company_id=self.company, ring_at=at("09:15:30.250"), targets=targets),
            timeout=LIMIT,
        )
        request = self.breakdowns.GetBreakdownRequest(
            company_id=self.company,
            start_time=at("00:00:00"),
            end_time=at("24:00:00"),
            include_segments=True,
            page_size=1,
        )
        first = self.service.GetBreakdown(request, timeout=LIMIT)
        request.page_token = first.next_page_token
        second = self.service.GetBreakdown(request, timeout=LIMIT)
        bucket = first.agents[0].buckets[0]
        return {
            "outcomes": [outcome(answer.outcome) for answer in (recorded, reopened, again)],
            "durability": self.statuses.Durability.Name(recorded.durability),
            "label": one.label,
            "origin": self.statuses.StatusOrigin.Name(one.origin),
            "statusSinceMs": ms_of(one.status_since) - DAY * 1000,
            "groupLabels": [result.label for result in group.results],
            "agents": [agent.agent_id for page in (first, second) for agent in page.agents],
            "timeZone": first.time_zone,
            "lastToken": second.next_page_token,
            "durationsMs": {self.statuses.AgentStatus.Name(d.status): ms_of(d.duration) for d in bucket.durations},
            "outsideHoursMs": ms_of(bucket.outside_hours),
            "unknownMs": ms_of(bucket.unknown),
            "segments": [self.statuses.AgentStatus.Name(s.status) for s in first.agents[0].segments],
        }

    def stream(self):
        """Each request is sent when the one before has been answered: both directions are open."""
        answers = []

        def requests():
            for request_id, company in ((7, self.company), (8, 0), (2**64 - 1, self.company)):
                expected = len(answers) + 1
                yield self.rings.StreamRingTargetsRequest(
                    request_id=request_id, company_id=company, targets=[self.rings.RingTarget(agent_id=1)]
                )
                until = time.monotonic() + LIMIT
                while len(answers) < expected and time.monotonic() < until:
                    time.sleep(0.001)

        def run():
            for answer in self.service.StreamRingTargets(requests(), timeout=LIMIT):
                answers.append(
                    {
                        "id": str(answer.request_id),
                        "labels": [result.label for result in answer.results],
                        "code": answer.error.code,
                        "fields": [fault.field for fault in answer.error.fields],
                    }
                )

        return {"end": code_of(run), "answers": answers}

    def errors(self):
        pool, _ = self.reflect("v1", ["google.rpc.Status", "google.rpc.BadRequest"])
        type_of = lambda name: message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(name))

        def error_of(method, request):
            try:
                method(request, timeout=LIMIT)
                return {"code": "OK"}
            except grpc.RpcError as error:
                found = {"code": error.code().name, "message": error.details(), "details": [], "fields": []}
                for key, value in error.trailing_metadata():
                    if key == "grpc-status-details-bin":
                        status = type_of("google.rpc.Status").FromString(value)
                        found.update(detailsCode=status.code, detailsMessage=status.message)
                        for detail in status.details:
                            found["details"].append(detail.type_url)
                            if detail.type_url != BAD_REQUEST:
                                continue
                            faults = type_of("google.rpc.BadRequest").FromString(detail.value)
                            found["fields"] += [fault.field for fault in faults.field_violations]
                return found

        self.record(1, "AGENT_STATUS_BUSY", "STATUS_ORIGIN_AGENT", "06:00:00", "taken")
        bad_targets = [self.rings.RingTarget(agent_id=0)] * 1000
        window = {"start_time": at("00:00:00"), "end_time": at("12:00:00")}
        return {
            "record": error_of(
                self.service.RecordStatus, self.statuses.RecordStatusRequest(agent_id=-1, event_id="\n")
            ),
            "taken": error_of(
                self.service.RecordStatus,
                self.statuses.RecordStatusRequest(
                    company_id=self.company,
                    agent_id=1,
                    status=7,
                    origin=1,
                    occurred_at=at("06:00:00"),
                    event_id="taken",
                ),
            ),
            "manyFaults": error_of(
                self.service.ClassifyRingTargets,
                self.rings.ClassifyRingTargetsRequest(company_id=self.company, targets=bad_targets),
            ),
            "longText": error_of(
                self.service.GetBreakdown,
                self.breakdowns.GetBreakdownRequest(
                    company_id=self.company, time_zone="x\U0001f600" * 12_000, **window
                ),
            ),
        }

    def health(self):
        from grpc.health.v1 import health_pb2, health_pb2_grpc

        health = health_pb2_grpc.HealthStub(self.channel)
        name = health_pb2.HealthCheckResponse.ServingStatus.Name
        check = lambda service: health.Check(health_pb2.HealthCheckRequest(service=service), timeout=LIMIT)
        watch = lambda service: health.Watch(health_pb2.HealthCheckRequest(service=service), timeout=LIMIT)
        return {
            "whole": name(check("").status),
            "service": name(check(SERVICE).status),
            "other": code_of(lambda: check("nobody")),
            "watched": name(next(watch(SERVICE)).status),
            "watchedOther": name(next(watch("nobody")).status),
        }

    def reflect(self, version, symbols):
        """The files of the symbols with all that they import, and the names of the services."""
        if version == "v1":
            from grpc.reflection.v1 import reflection_pb2, reflection_pb2_grpc
        else:
            from grpc.reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
        request = reflection_pb2.ServerReflectionRequest
        requests = [request(list_services="*"), *(request(file_containing_symbol=symbol) for symbol in symbols)]
        stub = reflection_pb2_grpc.ServerReflectionStub(self.channel)
        answers = list(stub.ServerReflectionInfo(iter(requests), timeout=LIMIT))
        files = {}
        for answer in answers[1:]:
            for data in answer.file_descriptor_response.file_descriptor_proto:
                file = descriptor_pb2.FileDescriptorProto.FromString(data)
                files[file.name] = file
        pool = descriptor_pool.DescriptorPool()

        def add(name):
            file = files.pop(name, None)
            if file is not None:
                for dependency in file.dependency:
                    add(dependency)
                pool.Add(file)

        for name in list(files):
            add(name)
        return pool, [service.name for service in answers[0].list_services_response.service]

    def reflection(self):
        found = {}
        for version in ("v1", "v1alpha"):
            pool, services = self.reflect(version, [SERVICE])
            methods = [method.name for method in pool.FindServiceByName(SERVICE).methods]
            found[version] = {"services": sorted(services), "methods": methods}
        return found

    def endings(self):
        """Calls that end before their time, and that the server still answers after them."""
        silent = iter(lambda: time.sleep(LIMIT), None)
        deadline = lambda: list(self.service.StreamRingTargets(silent, timeout=0.2))
        cancelled = self.service.StreamRingTargets(silent, timeout=LIMIT)
        cancelled.cancel()
        nothing_sent = self.service.StreamRingTargets(iter([]), timeout=LIMIT)
        return {
            "deadline": code_of(deadline),
            "cancelled": code_of(lambda: list(cancelled)),
            "nothingSent": code_of(lambda: list(nothing_sent)),
            "after": self.service.ClassifyRingTarget(self.ring(9), timeout=LIMIT).label,
        }

    def odds(self):
        garbage, ring = b"\xff\xff\xff", self.ring(1).SerializeToString()
        unary = ("RecordStatus", "ClassifyRingTarget", "ClassifyRingTargets", "GetBreakdown")
        one = f"/{SERVICE}/ClassifyRingTarget"
        return {
            "unknownMethod": self.raw("unary_unary", f"/{SERVICE}/Nothing", b""),
            "unknownService": self.raw("unary_unary", "/no.Service/Nothing", b""),
            "garbage": [self.raw("unary_unary", f"/{SERVICE}/{method}", garbage) for method in unary]
            + [
                self.raw("stream_stream", f"/{SERVICE}/StreamRingTargets", iter([garbage])),
                self.raw("unary_unary", f"/{HEALTH}/Check", garbage),
                self.raw("unary_stream", f"/{HEALTH}/Watch", garbage),
                self.raw("stream_stream", f"/{REFLECTION.format('v1')}/ServerReflectionInfo", iter([garbage])),
                self.raw("stream_stream", f"/{REFLECTION.format('v1alpha')}/ServerReflectionInfo", iter([garbage])),
            ],
            "noMessage": self.raw("stream_unary", one, iter([])),
            "twoMessages": self.raw("stream_unary", one, iter([ring, ring])),
            "tooLarge": self.raw("unary_unary", one, ring * 2_000_000),
            "tooLargeUnpacked": self.raw("unary_unary", one, ring * 2_000_000, compression=grpc.Compression.Gzip),
            "gzip": self.raw("unary_unary", one, ring * 100, compression=grpc.Compression.Gzip),
            "metadata": self.raw(
                "unary_unary", one, ring, metadata=[("x-long", "m" * 7000), ("x-raw-bin", b"\x00\xff")]
            ),
        }

    def stop(self):
        """Says that it watches and streams; the server is then told to stop."""
        from grpc.health.v1 import health_pb2, health_pb2_grpc

        watch = health_pb2_grpc.HealthStub(self.channel).Watch(health_pb2.HealthCheckRequest(), timeout=4 * LIMIT)
        silent = iter(lambda: time.sleep(4 * LIMIT), None)
        stream = self.service.StreamRingTargets(silent, timeout=4 * LIMIT)
        name = health_pb2.HealthCheckResponse.ServingStatus.Name
        seen = [name(next(watch).status)]
        self.service.ClassifyRingTarget(self.ring(1), timeout=LIMIT)
        print("WATCHING", flush=True)
        watch_end = code_of(lambda: seen.extend(name(answer.status) for answer in watch))
        return {"seen": seen, "watchEnd": watch_end, "streamEnd": code_of(lambda: list(stream))}


if __name__ == "__main__":
    address, scenario, company, protos, standard = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        generate(folder, protos, standard)
        result = getattr(Scenarios(address, company), scenario)()
    print(json.dumps(result, separators=(",", ":")), flush=True)
    # Silent senders still sleep, in threads that would be waited for.
    os._exit(0)

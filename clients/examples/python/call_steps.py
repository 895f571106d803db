"""Sets an agent Offline and asks how Call Steps shows a ring of that agent. Usage: call_steps.py [HOST:PORT [CA [CERTIFICATE KEY]]]"""

import os
import pathlib
import sys
import tempfile
import uuid

import grpc
import grpc_tools
from grpc_tools import protoc

COMPANY, AGENT, CALL = 280197, 380171, 985282287
# What each request carries, where the server wants to know who asks.
KEY = os.environ.get("AGENTSTATUS_KEY")
METADATA = [("authorization", f"Bearer {KEY}")] if KEY else None
PROTOS = pathlib.Path(__file__).resolve().parents[3] / "protos"


def generate(folder):
    """Generates the contract's Python modules, so that none has to be kept beside the protos."""
    well_known = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    files = [str(file) for folder in ("agentstatus/v1", "google/api") for file in (PROTOS / folder).glob("*.proto")]
    flags = [f"-I{PROTOS}", f"-I{well_known}", f"--python_out={folder}", f"--grpc_python_out={folder}"]
    if protoc.main(["protoc", *flags, *files]) != 0:
        raise SystemExit("protoc failed")
    sys.path.insert(0, folder)


def connect(address="127.0.0.1:5080", authority=None, certificate=None, key=None):
    """With TLS where the file of the server's authority is named; files in PEM."""
    if authority is None:
        return grpc.insecure_channel(address)
    ca, shown, private = (name and pathlib.Path(name).read_bytes() for name in (authority, certificate, key))
    return grpc.secure_channel(address, grpc.ssl_channel_credentials(ca, private, shown))


def main(*server):
    from agentstatus.v1 import agent_status_service_pb2_grpc, ring_pb2, status_pb2

    with connect(*server) as channel:
        service = agent_status_service_pb2_grpc.AgentStatusServiceStub(channel)
        # One event_id for all attempts, so that none records twice. No occurred_at: now, by the server's clock.
        recorded = service.RecordStatus(
            status_pb2.RecordStatusRequest(
                company_id=COMPANY,
                agent_id=AGENT,
                status=status_pb2.AGENT_STATUS_OFFLINE,
                origin=status_pb2.STATUS_ORIGIN_AGENT,
                event_id=str(uuid.uuid4()),
            ),
            timeout=5,
            metadata=METADATA,
        )
        print("recorded:", status_pb2.RecordOutcome.Name(recorded.outcome))
        ring = service.ClassifyRingTarget(
            ring_pb2.ClassifyRingTargetRequest(
                company_id=COMPANY,
                agent_id=AGENT,
                call_id=CALL,
                queue_rule=ring_pb2.QUEUE_RULE_ALWAYS,
                outcome=ring_pb2.RING_OUTCOME_NO_ANSWER,
            ),
            timeout=1,
            metadata=METADATA,
        )
        print("Call Steps:", ring.label)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as generated:
        generate(generated)
        main(*sys.argv[1:])

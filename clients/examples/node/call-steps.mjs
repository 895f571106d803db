// Sets an agent Offline and asks how Call Steps shows a ring of that agent. Usage:
// node call-steps.mjs [HOST:PORT [CA [CERTIFICATE KEY]]], with TLS where the server's authority is named; files in PEM.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const [companyId, agentId, callId] = [280197, 380171, 985282287];
const protos = fileURLToPath(new URL("../../../protos", import.meta.url));
const contract = protoLoader.loadSync("agentstatus/v1/agent_status_service.proto", {
  includeDirs: [protos],
  enums: String,
  longs: String,
});
const { AgentStatusService } = grpc.loadPackageDefinition(contract).agentstatus.v1;

const [address = "127.0.0.1:5080", authority, certificate, key] = process.argv.slice(2);
const credentials = authority
  ? grpc.credentials.createSsl(...[authority, key, certificate].map((file) => (file ? readFileSync(file) : null)))
  : grpc.credentials.createInsecure();
const service = new AgentStatusService(address, credentials);
const metadata = new grpc.Metadata();
if (process.env.AGENTSTATUS_KEY) metadata.set("authorization", `Bearer ${process.env.AGENTSTATUS_KEY}`);
const call = (method, request, seconds) =>
  promisify(service[method].bind(service))(request, metadata, { deadline: Date.now() + seconds * 1000 });

// One eventId for all attempts, so that none records twice. No occurredAt: now, by the server's clock.
const recorded = await call(
  "recordStatus",
  { companyId, agentId, status: "AGENT_STATUS_OFFLINE", origin: "STATUS_ORIGIN_AGENT", eventId: randomUUID() },
  5,
);
console.log("recorded:", recorded.outcome);
const ring = await call(
  "classifyRingTarget",
  { companyId, agentId, callId, queueRule: "QUEUE_RULE_ALWAYS", outcome: "RING_OUTCOME_NO_ANSWER" },
  1,
);
console.log("Call Steps:", ring.label);
service.close();

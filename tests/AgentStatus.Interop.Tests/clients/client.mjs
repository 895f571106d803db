// Calls the server with @grpc/grpc-js, as a user's program would, and prints what came back as one line of JSON.
// Usage: node client.mjs ADDRESS SCENARIO COMPANY PROTOS STANDARD_PROTOS. ForeignClientTests.cs says what must come
// back, of this client and of client.py alike. The protos are read at each start, nothing is generated.
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";

const [address, scenario, companyId, protos, standard] = process.argv.slice(2);
const SERVICE = "agentstatus.v1.AgentStatusService";
const REFLECTION = { v1: "grpc.reflection.v1.ServerReflection", v1alpha: "grpc.reflection.v1alpha.ServerReflection" };
const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";
const LIMIT_MS = 10_000;
const DAY_MS = Date.UTC(2025, 9, 1); // A Wednesday.
const loading = { enums: String, longs: String, defaults: true };
const credentials = grpc.credentials.createInsecure();

const load = (file, folder) =>
  grpc.loadPackageDefinition(protoLoader.loadSync(file, { ...loading, includeDirs: [folder] }));
const { AgentStatusService } = load("agentstatus/v1/agent_status_service.proto", protos).agentstatus.v1;
const { Health } = load("grpc/health/v1/health.proto", standard).grpc.health.v1;
const service = new AgentStatusService(address, credentials);
const health = new Health(address, credentials);
const bytes = new grpc.Client(address, credentials);

const deadline = (ms = LIMIT_MS) => ({ deadline: Date.now() + ms });
const same = (data) => data;
const codeOf = (error) => (error ? grpc.status[error.code] : "OK");
const msOf = ({ seconds, nanos }) => Number(seconds) * 1000 + nanos / 1e6;

function at(clock) {
  const ms = DAY_MS + (clock === "24:00:00" ? 86_400_000 : Date.parse(`1970-01-01T${clock}Z`));
  return { seconds: Math.floor(ms / 1000), nanos: (ms % 1000) * 1e6 };
}

const call = (client, method, request, options = deadline()) =>
  new Promise((resolve, reject) =>
    client[method](request, new grpc.Metadata(), options, (error, answer) => (error ? reject(error) : resolve(answer))),
  );

// The messages of a stream, and the code that it ends with.
const drain = (stream, onMessage = () => {}) =>
  new Promise((resolve) => {
    stream.on("data", onMessage);
    stream.on("error", (error) => resolve(codeOf(error)));
    stream.on("end", () => resolve("OK"));
  });

const first = (stream) =>
  new Promise((resolve, reject) => {
    stream.on("error", reject);
    stream.once("data", (message) => {
      stream.removeListener("error", reject).on("error", () => {});
      stream.cancel();
      resolve(message);
    });
  });

const record = (agentId, status, origin, clock, eventId) =>
  call(service, "recordStatus", { companyId, agentId, status, origin, occurredAt: at(clock), eventId });

async function reflect(version, symbols) {
  const found = load(`grpc/reflection/${version}/reflection.proto`, standard).grpc.reflection[version];
  const client = new found.ServerReflection(address, credentials);
  const stream = client.serverReflectionInfo(new grpc.Metadata(), deadline());
  const answers = [];
  const ended = drain(stream, (answer) => answers.push(answer));
  stream.write({ listServices: "*" });
  for (const symbol of symbols) stream.write({ fileContainingSymbol: symbol });
  stream.end();
  if ((await ended) !== "OK") throw new Error(`reflection ${version} ended with ${await ended}`);
  // A FileDescriptorSet is its files, each behind the tag of field 1 and its length.
  const parts = [];
  for (const answer of answers.slice(1)) {
    for (const file of answer.fileDescriptorResponse.fileDescriptorProto) {
      const head = [0x0a];
      for (let rest = file.length; ; rest >>>= 7) {
        head.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
        if (rest <= 0x7f) break;
      }
      parts.push(Buffer.from(head), file);
    }
  }
  return {
    types: protoLoader.loadFileDescriptorSetFromBuffer(Buffer.concat(parts), loading),
    services: answers[0].listServicesResponse.service.map(({ name }) => name).sort(),
  };
}

async function requests() {
  const recorded = await record(1, "AGENT_STATUS_OFFLINE", "STATUS_ORIGIN_AGENT", "06:58:12", "a");
  const reopened = await record(1, "AGENT_STATUS_ONLINE", "STATUS_ORIGIN_APP", "07:42:10", "b");
  const again = await record(1, "AGENT_STATUS_OFFLINE", "STATUS_ORIGIN_AGENT", "06:58:12", "a");
  await record(2, "AGENT_STATUS_ONLINE", "STATUS_ORIGIN_SUPERVISOR", "06:59:00", "c");
  const ringAt = at("09:15:30.250");
  const one = await call(service, "classifyRingTarget", { companyId, agentId: 1, ringAt });
  const targets = [2, 1, 3].map((agentId) => ({ agentId, outcome: "RING_OUTCOME_NO_ANSWER" }));
  const group = await call(service, "classifyRingTargets", { companyId, ringAt, targets });
  const request = { companyId, startTime: at("00:00:00"), endTime: at("24:00:00"), includeSegments: true, pageSize: 1 };
  const page = await call(service, "getBreakdown", request);
  const next = await call(service, "getBreakdown", { ...request, pageToken: page.nextPageToken });
  const [{ buckets, segments }] = page.agents;
  return {
    outcomes: [recorded, reopened, again].map(({ outcome }) => outcome),
    durability: recorded.durability,
    label: one.label,
    origin: one.origin,
    statusSinceMs: msOf(one.statusSince) - DAY_MS,
    groupLabels: group.results.map(({ label }) => label),
    agents: [page, next].flatMap(({ agents }) => agents.map(({ agentId }) => Number(agentId))),
    timeZone: page.timeZone,
    lastToken: next.nextPageToken,
    durationsMs: Object.fromEntries(buckets[0].durations.map(({ status, duration }) => [status, msOf(duration)])),
    outsideHoursMs: msOf(buckets[0].outsideHours),
    unknownMs: msOf(buckets[0].unknown),
    segments: segments.map(({ status }) => status),
  };
}

// Each request is sent when the one before has been answered: both directions are open.
async function stream() {
  const requests = [["7", companyId], ["8", 0], ["18446744073709551615", companyId]];
  const answers = [];
  const ringing = service.streamRingTargets(new grpc.Metadata(), deadline());
  const send = () => {
    if (answers.length === requests.length) return ringing.end();
    const [requestId, company] = requests[answers.length];
    ringing.write({ requestId, companyId: company, targets: [{ agentId: 1 }] });
  };
  const ended = drain(ringing, ({ requestId, results, error }) => {
    const fields = (error?.fields ?? []).map(({ field }) => field);
    answers.push({ id: requestId, labels: results.map(({ label }) => label), code: error?.code ?? 0, fields });
    send();
  });
  send();
  return { end: await ended, answers };
}

async function errors() {
  const { types } = await reflect("v1", ["google.rpc.Status", "google.rpc.BadRequest"]);
  const errorOf = async (method, request) => {
    try {
      await call(service, method, request);
      return { code: "OK" };
    } catch (error) {
      const found = { code: codeOf(error), message: error.details, details: [], fields: [] };
      for (const value of error.metadata.get("grpc-status-details-bin")) {
        const status = types["google.rpc.Status"].deserialize(value);
        Object.assign(found, { detailsCode: status.code, detailsMessage: status.message });
        for (const detail of status.details) {
          found.details.push(detail.type_url);
          if (detail.type_url !== BAD_REQUEST) continue;
          const faults = types["google.rpc.BadRequest"].deserialize(detail.value);
          // Descriptors that come by reflection keep the names of the protos.
          found.fields.push(...faults.field_violations.map(({ field }) => field));
        }
      }
      return found;
    }
  };

  await record(1, "AGENT_STATUS_BUSY", "STATUS_ORIGIN_AGENT", "06:00:00", "taken");
  const taken = { companyId, agentId: 1, status: 7, origin: 1, occurredAt: at("06:00:00"), eventId: "taken" };
  const window = { startTime: at("00:00:00"), endTime: at("12:00:00") };
  return {
    record: await errorOf("recordStatus", { agentId: -1, eventId: "\n" }),
    taken: await errorOf("recordStatus", taken),
    manyFaults: await errorOf("classifyRingTargets", { companyId, targets: Array(1000).fill({ agentId: 0 }) }),
    longText: await errorOf("getBreakdown", { companyId, timeZone: "x\u{1f600}".repeat(12_000), ...window }),
  };
}

async function healthScenario() {
  const check = (name) => call(health, "check", { service: name });
  const watch = (name) => first(health.watch({ service: name }, new grpc.Metadata(), deadline()));
  return {
    whole: (await check("")).status,
    service: (await check(SERVICE)).status,
    other: await check("nobody").then(() => "OK", codeOf),
    watched: (await watch(SERVICE)).status,
    watchedOther: (await watch("nobody")).status,
  };
}

async function reflection() {
  const found = {};
  for (const version of ["v1", "v1alpha"]) {
    const { types, services } = await reflect(version, [SERVICE]);
    found[version] = { services, methods: Object.keys(types[SERVICE]) };
  }
  return found;
}

// Calls that end before their time, and that the server still answers after them.
async function endings() {
  const open = (ms) => service.streamRingTargets(new grpc.Metadata(), deadline(ms));
  const cancelled = open();
  const cancelledEnd = drain(cancelled);
  cancelled.cancel();
  const nothingSent = open();
  const nothingSentEnd = drain(nothingSent);
  nothingSent.end();
  return {
    deadline: await drain(open(200)),
    cancelled: await cancelledEnd,
    nothingSent: await nothingSentEnd,
    after: (await call(service, "classifyRingTarget", { companyId, agentId: 9 })).label,
  };
}

async function odds() {
  const garbage = Buffer.from([0xff, 0xff, 0xff]);
  const ring = Buffer.from([0x08, 0x01, 0x10, 0x01]);
  const one = `/${SERVICE}/ClassifyRingTarget`;
  const unary = (path, request, metadata = new grpc.Metadata()) =>
    new Promise((resolve) =>
      bytes.makeUnaryRequest(path, same, same, request, metadata, deadline(), (error) => resolve(codeOf(error))),
    );
  const sending = (path, requests) =>
    new Promise((resolve) => {
      const sent = bytes.makeClientStreamRequest(path, same, same, deadline(), (error) => resolve(codeOf(error)));
      for (const request of requests) sent.write(request);
      sent.end();
    });
  const duplex = (path) => {
    const sent = bytes.makeBidiStreamRequest(path, same, same, deadline());
    const ended = drain(sent);
    sent.write(garbage);
    sent.end();
    return ended;
  };
  const gzip = new grpc.Client(address, credentials, { "grpc.default_compression_algorithm": 2 });
  const packed = (request) =>
    new Promise((resolve) =>
      gzip.makeUnaryRequest(one, same, same, request, deadline(), (error) => resolve(codeOf(error))),
    );
  const metadata = new grpc.Metadata();
  metadata.set("x-long", "m".repeat(7000));
  metadata.set("x-raw-bin", Buffer.from([0x00, 0xff]));
  const large = Buffer.concat(Array(2_000_000).fill(ring));
  return {
    unknownMethod: await unary(`/${SERVICE}/Nothing`, Buffer.alloc(0)),
    unknownService: await unary("/no.Service/Nothing", Buffer.alloc(0)),
    garbage: [
      await unary(`/${SERVICE}/RecordStatus`, garbage),
      await unary(one, garbage),
      await unary(`/${SERVICE}/ClassifyRingTargets`, garbage),
      await unary(`/${SERVICE}/GetBreakdown`, garbage),
      await duplex(`/${SERVICE}/StreamRingTargets`),
      await unary("/grpc.health.v1.Health/Check", garbage),
      await drain(bytes.makeServerStreamRequest("/grpc.health.v1.Health/Watch", same, same, garbage, deadline())),
      await duplex(`/${REFLECTION.v1}/ServerReflectionInfo`),
      await duplex(`/${REFLECTION.v1alpha}/ServerReflectionInfo`),
    ],
    noMessage: await sending(one, []),
    twoMessages: await sending(one, [ring, ring]),
    tooLarge: await unary(one, large),
    tooLargeUnpacked: await packed(large),
    gzip: await packed(Buffer.concat(Array(100).fill(ring))),
    metadata: await unary(one, ring, metadata),
  };
}

// Says that it watches and streams; the server is then told to stop.
async function stop() {
  const seen = [];
  const streamEnd = drain(service.streamRingTargets(new grpc.Metadata(), deadline(4 * LIMIT_MS)));
  await call(service, "classifyRingTarget", { companyId, agentId: 1 });
  const watchEnd = drain(health.watch({ service: "" }, new grpc.Metadata(), deadline(4 * LIMIT_MS)), ({ status }) => {
    seen.push(status);
    if (seen.length === 1) console.log("WATCHING");
  });
  return { seen, watchEnd: await watchEnd, streamEnd: await streamEnd };
}

const scenarios = { requests, stream, errors, health: healthScenario, reflection, endings, odds, stop };
console.log(JSON.stringify(await scenarios[scenario]()));
process.exit(0);

using AgentStatus.Core.Rings;
using MongoDB.Bson.Serialization.Serializers;

namespace AgentStatus.Storage.MongoDb;

/// <summary>A document of call_steps: a ring that is kept, and the classification that was given for it.</summary>
/// <param name="ServerId">The server that wrote it last; null where it was read.</param>
[BsonSerializer(typeof(DocumentSerializer<CallStepDocument>))]
internal readonly record struct CallStepDocument(CallStep Step, string? ServerId = null) : IDocument<CallStepDocument>
{
    private static readonly string[] Outcomes =
    [
        "UNSPECIFIED", "NO_ANSWER", "REJECTED", "UNREACHABLE", "CANCELLED", "ANSWERED_ELSEWHERE", "ANSWERED",
        "DEVICE_BUSY",
    ];

    private static readonly string[] QueueRules = ["UNSPECIFIED", "ALWAYS", "AVAILABLE_ONLY"];

    private static readonly string[] Classifications =
    [
        "", "OFFLINE", "BUSY_MISSED", "BUSY", "AWAY", "REJECTED", "UNREACHABLE", "CANCELLED", "ANSWERED_ELSEWHERE",
        "ANSWERED", "UNKNOWN",
    ];

    public static string Collection => "call_steps";

    public static string IdOf(in RingKey ring) =>
        $"{ring.CompanyId}/{ring.CallId}/{ring.RingGroupId}/{ring.AgentId}/{ring.RingAtMs}";

    /// <summary>A step of the ring that has no outcome yet: the one kind that may change.</summary>
    public static BsonDocument WithoutOutcome(in RingKey ring) =>
        new() { { "_id", IdOf(ring) }, { "company_id", ring.CompanyId }, { "outcome", Outcomes[0] } };

    public static CallStepDocument Read(BsonDocument document)
    {
        var ring = new RingKey(
            document.WholeNumber("company_id"), document.WholeNumber("call_id"), document.WholeNumber("ring_group_id"),
            document.WholeNumber("agent_id"), document.Date("ring_at"));
        var isKnown = !document["status"].IsBsonNull;
        var given = new StepClassification(
            (RingClassification)Words.Find(Classifications, document["classification"].AsString, "classification"),
            document["label"].AsString,
            isKnown ? Words.ToStatus(document["status"].AsString) : Status.Unknown,
            document["status_label"].IsBsonNull ? "" : document["status_label"].AsString,
            document.DateOrNull("status_since"),
            isKnown ? Words.ToOrigin(document["origin"].AsString) : default,
            document.Date("known_through"));
        return new(new CallStep(
            ring,
            (QueueRule)Words.Find(QueueRules, document["queue_rule"].AsString, "queue rule"),
            (RingOutcome)Words.Find(Outcomes, document["outcome"].AsString, "outcome"),
            given,
            document.Date("recorded_at")));
    }

    public void Write(IBsonWriter writer)
    {
        var context = BsonSerializationContext.CreateRoot(writer);
        foreach (var field in ToDocument())
        {
            writer.WriteName(field.Name);
            BsonValueSerializer.Instance.Serialize(context, field.Value);
        }
    }

    /// <summary>Its outcome and what was given for it, in the place of those of a step without one.</summary>
    public BsonDocument ToUpdate() => new("$set", OfOutcome());

    /// <summary>A document of rejected_call_steps, for people to read; its id says the content, so that it is kept
    /// once.</summary>
    public BsonDocument Rejected(long rejectedAtMs)
    {
        var document = ToDocument();
        document["_id"] = $"{document["_id"]}/{Outcomes[(int)Step.Outcome]}/{QueueRules[(int)Step.QueueRule]}";
        document.Add("rejected_at", new BsonDateTime(rejectedAtMs));
        return document;
    }

    private BsonDocument ToDocument()
    {
        var document = new BsonDocument
        {
            { "_id", IdOf(Step.Ring) },
            { "company_id", Step.Ring.CompanyId },
            { "call_id", Step.Ring.CallId },
            { "ring_group_id", Step.Ring.RingGroupId },
            { "agent_id", Step.Ring.AgentId },
            { "ring_at", new BsonDateTime(Step.Ring.RingAtMs) },
            { "queue_rule", QueueRules[(int)Step.QueueRule] },
        };
        document.AddRange(OfOutcome());
        return document;
    }

    private BsonDocument OfOutcome()
    {
        var given = Step.Given;
        var isKnown = given.Status != Status.Unknown;
        return new()
        {
            { "outcome", Outcomes[(int)Step.Outcome] },
            { "classification", Classifications[(int)given.Classification] },
            { "label", given.Label },
            { "status", isKnown ? Words.Of(given.Status) : BsonNull.Value },
            { "status_label", given.StatusLabel.Length > 0 ? given.StatusLabel : BsonNull.Value },
            { "status_since", DocumentFields.DateOrNull(given.SinceMs) },
            { "origin", isKnown ? Words.Of(given.Origin) : BsonNull.Value },
            { "known_through", new BsonDateTime(given.KnownThroughMs) },
            { "recorded_at", new BsonDateTime(Step.RecordedAtMs) },
            { "server_id", ServerId },
        };
    }
}

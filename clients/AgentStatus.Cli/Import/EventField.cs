using System.Collections.Frozen;

namespace AgentStatus.Cli.Import;

/// <summary>What a line of a file can say about an event: the fields of the contract's StatusEvent.</summary>
internal enum EventField
{
    EventId,
    AgentId,
    Status,
    Origin,
    OccurredAt,
    Sequence,
    CallId,
    DeviceId,
    Label,
    Actor,
    CompanyId,
    RetractedAt,
    RetractionReason,
    RetractionActor,
    RecordedAt,
    Outcome,
}

/// <summary>The fields' names: occurred_at and occurredAt, in any case.</summary>
internal static class EventFields
{
    private static readonly FrozenDictionary<string, EventField>.AlternateLookup<ReadOnlySpan<char>> ByName =
        Enum.GetValues<EventField>().SelectMany(field => Names(field).Select(name => (name, field)))
            .ToFrozenDictionary(pair => pair.name, pair => pair.field, StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>As the contract has it: occurred_at.</summary>
    public static string Snake(EventField field) => EnumWord.Screaming(field).ToLowerInvariant();

    public static bool TryParse(ReadOnlySpan<char> name, out EventField field) => ByName.TryGetValue(name, out field);

    /// <summary>What is said where a name is none of a field.</summary>
    public static string Unknown(string name) =>
        $"there is no field \"{name}\"; there are {string.Join(", ", Enum.GetValues<EventField>().Select(Snake))}";

    private static HashSet<string> Names(EventField field) =>
        new([Snake(field), field.ToString()], StringComparer.OrdinalIgnoreCase);
}

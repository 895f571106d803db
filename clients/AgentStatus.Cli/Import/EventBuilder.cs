using System.Collections.Frozen;
using Google.Protobuf.WellKnownTypes;

namespace AgentStatus.Cli.Import;

/// <summary>Makes an event of the texts that a line has for its fields. One line at a time.</summary>
/// <param name="companyId">Whose events they are.</param>
/// <param name="source">What the file is called: makes the ids of events that have none, with the line.</param>
/// <param name="agents">Numbers for names; null: the file has numbers.</param>
internal sealed class EventBuilder(long companyId, string source, AgentMap? agents)
{
    private static readonly FrozenDictionary<string, Status>.AlternateLookup<ReadOnlySpan<char>> Statuses =
        Words<Status>("AGENT_STATUS_");

    private static readonly FrozenDictionary<string, StatusOrigin>.AlternateLookup<ReadOnlySpan<char>> Origins =
        Words<StatusOrigin>("STATUS_ORIGIN_");

    private RecordStatusRequest _event = new();
    private RetractStatusRequest? _retraction;
    private string? _agentName;
    private bool _hasSequence;
    private string? _fault;

    /// <summary>Forgets the line before.</summary>
    public void Begin()
    {
        (_event, _retraction, _agentName) = (new RecordStatusRequest(), null, null);
        (_hasSequence, _fault) = (false, null);
    }

    /// <summary>Notes what is wrong with the line; the first fault stays.</summary>
    public void Fail(string fault) => _fault ??= fault;

    /// <summary>Takes a field's text; an empty one says nothing.</summary>
    public void Set(EventField field, ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return;
        switch (field)
        {
            case EventField.EventId: _event.EventId = text.ToString(); break;
            case EventField.AgentId when agents is not null: _agentName = text.ToString(); break;
            case EventField.AgentId: _event.AgentId = AgentIdOf(text); break;
            case EventField.Status: _event.Status = Word(Statuses, field, text); break;
            case EventField.Origin: _event.Origin = Word(Origins, field, text); break;
            case EventField.OccurredAt: _event.OccurredAt = Instant(field, text); break;
            case EventField.Sequence: (_event.Sequence, _hasSequence) = (Number(field, text), true); break;
            case EventField.CallId: _event.CallId = Number(field, text); break;
            case EventField.DeviceId: _event.DeviceId = text.ToString(); break;
            case EventField.Label: _event.Label = text.ToString(); break;
            case EventField.Actor: _event.Actor = text.ToString(); break;
            case EventField.CompanyId: CheckCompany(Number(field, text)); break;
            case EventField.RetractedAt: _retraction ??= new(); break;
            case EventField.RetractionReason: (_retraction ??= new()).Reason = text.ToString(); break;
            case EventField.RetractionActor: (_retraction ??= new()).Actor = text.ToString(); break;
            default: break; // What a server works out anew.
        }
    }

    /// <summary>What the line comes to.</summary>
    public ImportedLine Finish(long number, string text)
    {
        if (_event.AgentId == 0 && _agentName is null) Missing(EventField.AgentId);
        if (_event.Status == Status.Unspecified) Missing(EventField.Status);
        if (_event.Origin == StatusOrigin.Unspecified) Missing(EventField.Origin);
        if (_event.OccurredAt is null) Missing(EventField.OccurredAt);
        if (_fault is not null) return new(number, text) { Fault = _fault };
        if (_agentName is not null) _event.AgentId = agents!.NumberOf(_agentName);
        if (_event.EventId.Length == 0)
        {
            // Of two events of one instant the later line is the later one.
            _event.EventId = $"{source}:{number}";
            if (!_hasSequence) _event.Sequence = number;
        }

        if (_retraction is not null) (_retraction.CompanyId, _retraction.EventId) = (companyId, _event.EventId);
        return new(number, text) { Event = _event, Retraction = _retraction };
    }

    private static FrozenDictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> Words<T>(string prefix)
        where T : struct, System.Enum => System.Enum.GetValues<T>()
            .SelectMany(value => new[] { $"{value}", EnumWord.Screaming(value), prefix + EnumWord.Screaming(value) }
                .Append(EnumWord.Screaming(value).Replace('_', '-')).Distinct(StringComparer.OrdinalIgnoreCase)
                .Select(word => (word, value)))
            .ToFrozenDictionary(pair => pair.word, pair => pair.value, StringComparer.OrdinalIgnoreCase)
            .GetAlternateLookup<ReadOnlySpan<char>>();

    private void Missing(EventField field) => Fail($"{EventFields.Snake(field)} is missing");

    private long AgentIdOf(ReadOnlySpan<char> text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0) return id;
        Fail($"agent_id: \"{text}\" is not a number above 0; --map names the file that has numbers for names");
        return 0;
    }

    private void CheckCompany(long id)
    {
        if (id != companyId) Fail($"company_id is {id}, not {companyId}");
    }

    private T Word<T>(
        FrozenDictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> words, EventField field,
        ReadOnlySpan<char> text) where T : struct, System.Enum
    {
        if (words.TryGetValue(text, out var value)) return value;
        Fail($"{EventFields.Snake(field)}: \"{text}\" is none of {string.Join(", ", EnumWord.All<T>())}");
        return default;
    }

    private long Number(EventField field, ReadOnlySpan<char> text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        Fail($"{EventFields.Snake(field)}: \"{text}\" is not a number");
        return 0;
    }

    /// <summary>ISO 8601 with a zone: whose time it is otherwise would be a guess.</summary>
    private Timestamp? Instant(EventField field, ReadOnlySpan<char> text)
    {
        var hasZone = text[^1] is 'Z' or 'z' || (text.Length > 6 && text[^3] == ':' && text[^6] is '+' or '-');
        if (hasZone && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var instant))
            return Timestamp.FromDateTimeOffset(instant);
        Fail($"{EventFields.Snake(field)}: \"{text}\" is not a time with a zone, such as 2025-10-01T09:15:30.250Z");
        return null;
    }
}

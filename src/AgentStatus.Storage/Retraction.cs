using System.Collections.Concurrent;
using System.Text;

namespace AgentStatus.Storage;

/// <summary>Says that one event was wrong and does not count (docs/rules.md, Events). It may be there before its event,
/// and is final.</summary>
/// <param name="EventId">The event's, in the company.</param>
/// <param name="Reason">For people to read.</param>
/// <param name="Actor">Who retracted it, for people to read; empty: not said.</param>
/// <param name="RecordedAtMs">When the server took it in.</param>
public sealed record Retraction(long CompanyId, string EventId, string Reason, string Actor, long RecordedAtMs);

/// <summary>What became of a retraction.</summary>
/// <param name="IsNew">False: the event was retracted before; the first reason stands.</param>
/// <param name="Event">The event; null: there is none yet.</param>
/// <param name="IsSpooled">It lies in this machine's spool, on its way into the store.</param>
/// <param name="IsBeforeCut">The event lies before the cut: it is not retracted.</param>
/// <param name="IsErased">The event was erased, or is being erased: nothing is stored.</param>
public readonly record struct RetractResult(
    bool IsNew, StatusEvent? Event, bool IsSpooled = false, bool IsBeforeCut = false, bool IsErased = false);

/// <summary>An event with what the store knows of it besides.</summary>
/// <param name="RecordedAtMs">When a server took it in.</param>
/// <param name="Retraction">Null: it counts.</param>
public readonly record struct StoredEvent(StatusEvent Event, long RecordedAtMs, Retraction? Retraction);

/// <summary>A place in the total order of an agent's events.</summary>
public readonly record struct EventPosition(long OccurredAtMs, long Sequence, string EventId)
{
    /// <summary>Before all events of this instant and later ones.</summary>
    public static EventPosition Before(long instantMs) => new(instantMs, long.MinValue, "");

    public static EventPosition Of(StatusEvent e) => new(e.OccurredAtMs, e.Sequence, e.EventId);

    public bool IsBefore(StatusEvent e)
    {
        var byInstant = OccurredAtMs.CompareTo(e.OccurredAtMs);
        if (byInstant != 0) return byInstant < 0;
        var bySequence = Sequence.CompareTo(e.Sequence);
        return bySequence != 0 ? bySequence < 0 : string.CompareOrdinal(EventId, e.EventId) < 0;
    }
}

/// <summary>Which event ids are retracted, of all companies: few, and asked at every read, so they are in memory. Any
/// thread.</summary>
public sealed class Retractions
{
    private readonly ConcurrentDictionary<long, ConcurrentDictionary<string, bool>> _companies =
        new(IdComparer.Instance);

    /// <summary>Whether none of the company's events is retracted.</summary>
    public bool AreNoneOf(long companyId) => !_companies.ContainsKey(companyId);

    public bool Contains(long companyId, string eventId) =>
        _companies.TryGetValue(companyId, out var ids) && ids.ContainsKey(eventId);

    /// <summary>The same, by the id's ASCII bytes; makes no text of them.</summary>
    public bool Contains(long companyId, ReadOnlySpan<byte> eventId)
    {
        if (!_companies.TryGetValue(companyId, out var ids)) return false;
        Span<char> text = stackalloc char[Limits.EventIdCharacters];
        if (eventId.Length > text.Length) return ids.ContainsKey(Encoding.ASCII.GetString(eventId));
        var length = Encoding.ASCII.GetChars(eventId, text);
        return ids.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(text[..length]);
    }

    public bool Contains(StatusEvent e) => Contains(e.Agent.CompanyId, e.EventId);

    /// <summary>The ids of the company's events that are retracted.</summary>
    public IReadOnlyCollection<string> Of(long companyId) =>
        _companies.TryGetValue(companyId, out var ids) ? [.. ids.Keys] : [];

    public void Add(long companyId, string eventId) =>
        _companies.GetOrAdd(companyId, _ => new(StringComparer.Ordinal))[eventId] = true;

    /// <summary>Forgets an event that is gone from the store, when nobody reads any more what was there
    /// before.</summary>
    public void Remove(long companyId, string eventId)
    {
        if (_companies.TryGetValue(companyId, out var ids)) ids.TryRemove(eventId, out _);
    }
}

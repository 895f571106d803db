using System.Globalization;
using AgentStatus.Server.Configuration;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>What is wrong with a request: field and reason, all at once. A good request allocates nothing
/// here.</summary>
internal struct RequestFaults
{
    private List<(string Field, string Description)>? _found;

    public void Add(string field, string description) => (_found ??= []).Add((field, description));

    /// <summary>An id that must be given: 1 or more.</summary>
    public void CheckId(string field, long id)
    {
        if (id <= 0) Add(field, $"must be 1 or more, not {Text(id)}");
    }

    /// <summary>Ids of which there may be so many, each of them 1 or more.</summary>
    public void CheckIds(string field, IReadOnlyList<long> ids, int most, string limit)
    {
        if (ids.Count > most)
        {
            Add(field, $"has {ids.Count} entries; {limit} is {most}");
            return;
        }

        for (var i = 0; i < ids.Count; i++)
            if (ids[i] <= 0) CheckId($"{field}[{i}]", ids[i]);
    }

    /// <summary>An id that may be left out.</summary>
    public void CheckOptionalId(string field, long id)
    {
        if (id < 0) Add(field, $"must be 1 or more, or 0 where there is none, not {Text(id)}");
    }

    /// <summary>An enum number, from <paramref name="least"/> (1: must be given) to <paramref name="most"/>; false with
    /// a fault.</summary>
    public bool CheckEnum(string field, int number, int least, int most)
    {
        if (number >= least && number <= most) return true;
        Add(field, number == 0 ? "must be given" : $"has no value {Text(number)}: 1 to {Text(most)} are known");
        return false;
    }

    /// <summary>The instant of a timestamp that must be given, in milliseconds; null with a fault if there is
    /// none.</summary>
    public long? CheckInstant(string field, Timestamp? given)
    {
        if (given is null)
        {
            Add(field, "must be given");
            return null;
        }

        if (WireTime.TryToMs(given, out var instantMs)) return instantMs;
        Add(field, "must lie in the years 0001 to 9999, with nanos from 0 to 999999999");
        return null;
    }

    /// <summary>The same of one that may be left out: null then.</summary>
    public long? CheckOptionalInstant(string field, Timestamp? given) =>
        given is null ? null : CheckInstant(field, given);

    /// <summary>start_time and end_time, as far as they are given; false with a fault.</summary>
    public bool CheckOrder(long? startMs, long? endMs)
    {
        if (!(endMs <= startMs)) return true;
        Add("end_time", "must be after start_time, by a millisecond at least");
        return false;
    }

    /// <summary>How many the page may hold: what page_size asks for, up to the most; 0 asks for the most.</summary>
    public int CheckPageSize(int asked, int most)
    {
        if (asked < 0) Add("page_size", $"must be 0 or more, not {Text(asked)}");
        return asked is 0 || asked > most ? most : asked;
    }

    /// <summary>A token that was given, and that no page of this request had.</summary>
    public void RefusePageToken() =>
        Add("page_token", "is not one of ours, or belongs to a request with other fields");

    /// <summary>An instant (occurred_at, ring_at, as_known_at, at) that may be left out: null then. If given, it lies
    /// at most a little in the future.</summary>
    public long? CheckPastInstant(string field, Timestamp? given, long nowMs)
    {
        if (given is null) return null;
        var instantMs = CheckInstant(field, given);
        if (instantMs - nowMs is > Core.Limits.FutureMs and var aheadMs)
            Add(field, $"lies {Text(aheadMs)} ms in the future; FutureMs is {Text(Core.Limits.FutureMs)}");
        return instantMs;
    }

    /// <summary>A text of printable ASCII characters.</summary>
    public void CheckAscii(string field, string text, int most, string limit)
    {
        if (text.Length > most)
            Add(field, $"has {text.Length} characters; {limit} is {most}");
        else if (text.AsSpan().ContainsAnyExceptInRange('\x20', '\x7E'))
            Add(field, "may hold printable ASCII characters only (0x20 to 0x7E)");
    }

    /// <summary>A text of any characters.</summary>
    public void CheckCodePoints(string field, string text, int most, string limit)
    {
        if (text.Length > most && text.EnumerateRunes().Count() is var count && count > most)
            Add(field, $"has {count} code points; {limit} is {most}");
    }

    /// <summary>A caller's text to give back, cut to <see cref="ServerLimits.QuotedCharacters"/>.</summary>
    public static string Quote(string text)
    {
        var length = ServerLimits.QuotedCharacters;
        if (text.Length <= length) return $"\"{text}\"";
        if (char.IsHighSurrogate(text[length - 1])) length--;
        return $"\"{text[..length]}\"...";
    }

    /// <summary>Refuses the request if anything was found.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT.</exception>
    public readonly void ThrowIfAny()
    {
        if (_found is not null) throw Refusals.Invalid(_found);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

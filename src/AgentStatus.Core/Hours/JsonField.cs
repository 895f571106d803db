using System.Text.Json;

namespace AgentStatus.Core.Hours;

/// <summary>A JSON value that knows its path, so that what is wrong with it can be said by name.</summary>
internal sealed class JsonField(JsonElement value, string path, FaultList faults)
{
    private const int MaxEchoedChars = 64;

    public string Path => path;

    public bool IsNull => value.ValueKind == JsonValueKind.Null;

    public bool IsObject => value.ValueKind == JsonValueKind.Object;

    /// <summary>Null, with a fault, where the text is not JSON.</summary>
    public static JsonDocument? ParseDocument(string json, FaultList faults)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            // ArgumentException: the text itself is not Unicode.
            faults.Add("", $"is not JSON: {e.Message}");
            return null;
        }
    }

    /// <summary>Text from outside as it may stand in a message: quoted, escaped and of bounded length.</summary>
    public static string Quote(string text)
    {
        if (text.Length > MaxEchoedChars)
        {
            var splitsPair = char.IsHighSurrogate(text[MaxEchoedChars - 1]);
            text = text[..(splitsPair ? MaxEchoedChars - 1 : MaxEchoedChars)] + "...";
        }

        return $"\"{JsonEncodedText.Encode(text)}\"";
    }

    public void Refuse(string message) => faults.Add(path, message);

    /// <summary>The same at another path.</summary>
    public void RefuseAt(string otherPath, string message) => faults.Add(otherPath, message);

    /// <summary>Remembers that an interval ends a little before midnight, which may be meant otherwise.</summary>
    public void NoteEndBeforeMidnight() => faults.NoteEndBeforeMidnight(path);

    /// <summary>The same value, whose faults go into a part of their own.</summary>
    public (JsonField Field, FaultList Faults) AsPart()
    {
        var part = faults.CreatePart();
        return (new(value, path, part), part);
    }

    /// <summary>The same value as the root of another owner's faults.</summary>
    public JsonField RootOf(FaultList owner) => new(value, "", owner);

    /// <summary>The string, or null with a fault.</summary>
    public string? Text(string expected)
    {
        var text = AsText(value);
        if (text is null) Refuse($"must be {expected}");
        return text;
    }

    /// <summary>Both elements of an array of two strings, or null with a fault.</summary>
    public (string First, string Second)? Pair(string expected)
    {
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2
            && AsText(value[0]) is { } first && AsText(value[1]) is { } second)
            return (first, second);

        Refuse($"must be {expected}");
        return null;
    }

    /// <summary>The elements of an array; none, with a fault, where it is no array or longer than the limit.</summary>
    public IReadOnlyList<JsonField> Items(int limit, string limitName)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            Refuse("must be a list");
            return [];
        }

        if (value.GetArrayLength() > limit)
        {
            Refuse($"has {value.GetArrayLength()} elements; {limitName} is {limit}");
            return [];
        }

        if (!faults.CountEntries(value.GetArrayLength()))
        {
            faults.Whole.Add(
                path,
                $"brings the entries to more than {nameof(HoursLimits.MaxEntriesPerCompany)}, which is "
                + $"{HoursLimits.MaxEntriesPerCompany}");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, i) => new JsonField(item, $"{path}[{i}]", faults))];
    }

    /// <summary>The members of an object by name. What is not known or given twice is refused.</summary>
    public Dictionary<string, JsonField> Members(params ReadOnlySpan<string> known)
    {
        var members = new Dictionary<string, JsonField>();
        foreach (var (name, member) in AllMembers())
        {
            if (!known.Contains(name)) member.Refuse($"is not known here; known are {string.Join(", ", known)}");
            else if (!members.TryAdd(name, member)) member.Refuse("is given twice");
        }

        return members;
    }

    /// <summary>The members of an object in their order, whatever their names, even if one is there twice.</summary>
    public IReadOnlyList<(string Name, JsonField Field)> AllMembers()
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse("must be an object");
            return [];
        }

        var members = new List<(string, JsonField)>();
        foreach (var property in value.EnumerateObject())
        {
            if (Decode(() => property.Name) is not { } name) Refuse("has a key that is not Unicode text");
            else members.Add((name, new JsonField(property.Value, PathOf(name), faults)));
        }

        return members;
    }

    private string PathOf(string name)
    {
        var plain = name.Length is > 0 and <= MaxEchoedChars && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        var key = plain ? name : Quote(name);
        return path.Length == 0 ? key : $"{path}.{key}";
    }

    private static string? AsText(JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? Decode(() => element.GetString()!) : null;

    /// <summary>JSON can escape half a surrogate pair, which shows only when the text is asked for.</summary>
    private static string? Decode(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

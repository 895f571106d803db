using AgentStatus.Server.Configuration;
using Google.Protobuf.Reflection;

namespace AgentStatus.Server.Http;

/// <summary>The names that a message's fields have in JSON: as in the contract, or in lowerCamelCase.</summary>
internal static class FieldNames
{
    public static FieldDescriptor? Find(MessageDescriptor message, string name) =>
        message.Fields.InFieldNumberOrder().FirstOrDefault(field => field.JsonName == name || field.Name == name);

    /// <summary>Says that there is no such field, and which one may be meant.</summary>
    /// <param name="message">Whose fields.</param>
    /// <param name="name">What was given.</param>
    /// <param name="others">Fields that stand elsewhere.</param>
    public static string Unknown(MessageDescriptor message, string name, params IEnumerable<FieldDescriptor> others)
    {
        var known = message.Fields.InFieldNumberOrder().Except(others).Select(field => field.Name).ToList();
        return $"is no field of {message.Name}; {Suggest(known, name)}";
    }

    /// <summary>The nearest of the names, or all of them where none is near.</summary>
    public static string Suggest(IReadOnlyList<string> known, string name)
    {
        var plain = Plain(name);
        if (known.Count == 0) return "there is none";
        var nearest = known.MinBy(other => Distance(plain, Plain(other)))!;
        var isNear = plain.Length <= ServerLimits.QuotedCharacters
            && (Distance(plain, Plain(nearest)) <= Math.Max(2, plain.Length / 3));
        return isNear ? $"did you mean {nearest}?" : $"known: {string.Join(", ", known)}";
    }

    private static string Plain(string name) => name.Replace("_", "").ToLowerInvariant();

    /// <summary>Letters to put in, leave out or change, until one is the other (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}

using System.Text.Json;
using AgentStatus.V1;

namespace AgentStatus.Server.Access;

/// <summary>Reads a list of identities, each with what it may do and a secret of its own:
/// <c>{"keys": [{"id": "cip", "sha256": "...", "permissions": ["record"], "companies": [280197]}]}</c>; companies may
/// be "all".</summary>
internal static class KeyList
{
    private const int MostCharacters = 64;

    /// <summary>By the words that files and tokens have for them.</summary>
    public static readonly Dictionary<string, Permission> Permissions = Enum.GetValues<Permission>()
        .Where(permission => permission > 0)
        .ToDictionary(permission => permission.ToString().ToLowerInvariant());

    /// <summary>The identities by their secrets; empty where something is wrong, and all that is.</summary>
    /// <param name="content">JSON.</param>
    /// <param name="list">The name of the list.</param>
    /// <param name="secret">The name of the field that tells the identities apart.</param>
    /// <param name="isSecret">What that must be; null: it is, else what it must be.</param>
    /// <param name="faults">One sentence each.</param>
    public static Dictionary<string, Identity> Read(
        ReadOnlyMemory<byte> content, string list, string secret, Func<string, string?> isSecret,
        out IReadOnlyList<string> faults)
    {
        var found = new List<string>();
        faults = found;
        var identities = new Dictionary<string, Identity>();
        try
        {
            using var document = JsonDocument.Parse(
                content, new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root
                || root.EnumerateObject().Count() != 1
                || !root.TryGetProperty(list, out var entries) || entries.ValueKind != JsonValueKind.Array)
            {
                found.Add($"must be {{\"{list}\": [...]}} and nothing else.");
                return identities;
            }

            var names = new HashSet<string>();
            var number = 0;
            foreach (var entry in entries.EnumerateArray())
                Add(identities, names, new(entry, $"{list}[{number++}]", secret, found), isSecret);
        }
        catch (JsonException malformed)
        {
            found.Add($"is no JSON: {malformed.Message}");
        }

        return identities;
    }

    private static void Add(
        Dictionary<string, Identity> identities, HashSet<string> names, Entry entry, Func<string, string?> isSecret)
    {
        var before = entry.Faults.Count;
        entry.RefuseUnknown();
        var name = entry.Text("id");
        var secret = entry.Text(entry.Secret);
        if (name is not null && (name.Length > MostCharacters || name.Any(c => c is <= ' ' or > '~')))
            entry.Fault("id", $"must be 1 to {MostCharacters} printable ASCII characters, without blanks");
        if (secret is not null && isSecret(secret) is { } form) entry.Fault(entry.Secret, form);
        var permissions = entry.List("permissions", value => value.ValueKind == JsonValueKind.String
            && Permissions.TryGetValue(value.GetString()!, out var permission) ? permission : default,
            $"must be a list of {string.Join(", ", Permissions.Keys)}");
        var companies = entry.IsAll("companies") ? null : entry.List(
            "companies", value => value.ValueKind == JsonValueKind.Number
                && value.TryGetInt64(out var company) && company > 0 ? company : 0,
            "must be \"all\" or a list of company ids");
        if (entry.Faults.Count > before) return;
        if (!names.Add(name!)) entry.Fault("id", $"is \"{name}\", which another one has");
        else if (!identities.TryAdd(secret!, new(name!, permissions, companies)))
            entry.Fault(entry.Secret, "is another one's, too");
    }

    /// <summary>One of the list, and where its faults go.</summary>
    private sealed record Entry(JsonElement Value, string Place, string Secret, List<string> Faults)
    {
        public void Fault(string field, string what) => Faults.Add($"{Place}.{field} {what}.");

        public void RefuseUnknown()
        {
            if (Value.ValueKind != JsonValueKind.Object)
            {
                Faults.Add($"{Place} is no object.");
                return;
            }

            string[] known = ["id", Secret, "permissions", "companies"];
            foreach (var field in Value.EnumerateObject().Where(field => !known.Contains(field.Name)))
                Fault(field.Name, $"is no field; known: {string.Join(", ", known)}");
        }

        public string? Text(string field)
        {
            if (Find(field) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } given)
                return given;
            Fault(field, "must be given, as text");
            return null;
        }

        public bool IsAll(string field) =>
            Find(field) is { ValueKind: JsonValueKind.String } text && text.ValueEquals("all"u8);

        /// <summary>Values of which none is its type's default; that is what one of another form comes to.</summary>
        public List<T> List<T>(string field, Func<JsonElement, T> parse, string form)
            where T : struct
        {
            var values = Find(field) is { ValueKind: JsonValueKind.Array } array
                ? array.EnumerateArray().Select(parse).ToList()
                : [];
            if (values.Count == 0 || values.Contains(default)) Fault(field, form);
            return values;
        }

        private JsonElement? Find(string field) =>
            Value.ValueKind == JsonValueKind.Object && Value.TryGetProperty(field, out var value) ? value : null;
    }
}

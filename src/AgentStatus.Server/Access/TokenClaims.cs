using System.Text.Json;
using AgentStatus.Server.Configuration;
using AgentStatus.V1;

namespace AgentStatus.Server.Access;

/// <summary>What a verified token says of its bearer.</summary>
internal static class TokenClaims
{
    private const int MostNameCharacters = 64;

    /// <summary>The identity. Words of the claims that are not ours are other systems', and do not count.</summary>
    public static Identity Read(ReadOnlyMemory<byte> payload, TokenOptions options, long endsAtMs)
    {
        using var document = JsonDocument.Parse(payload);
        var claims = document.RootElement;
        var permissions = Words(claims, options.PermissionsClaim)
            .Where(KeyList.Permissions.ContainsKey).Select(word => KeyList.Permissions[word]);
        var companies = Words(claims, options.CompaniesClaim).ToList();
        var name = Words(claims, "sub").FirstOrDefault() ?? "a token without sub";
        return new(
            name.Length > MostNameCharacters ? name[..MostNameCharacters] : name,
            permissions,
            companies is ["all"] ? null : companies.Select(word => long.TryParse(word, out var id) ? id : 0)
                .Where(id => id > 0),
            endsAtMs);
    }

    /// <summary>Of a list, or of a text with blanks or commas between them, as scopes have.</summary>
    private static IEnumerable<string> Words(JsonElement claims, string name)
    {
        if (!claims.TryGetProperty(name, out var value)) return [];
        return value.ValueKind switch
        {
            JsonValueKind.Array => [.. value.EnumerateArray().Select(word => $"{word}")],
            JsonValueKind.String => value.GetString()!.Split(
                [' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            JsonValueKind.Number => [$"{value}"],
            _ => [],
        };
    }
}

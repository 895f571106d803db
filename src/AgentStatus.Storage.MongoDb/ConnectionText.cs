using System.Text.RegularExpressions;
using MongoDB.Driver.Core.Configuration;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Parses a connection string, and tells of it without telling its credentials.</summary>
internal static partial class ConnectionText
{
    /// <exception cref="StoreException">It is malformed; the message says where, without secrets.</exception>
    public static ConnectionString Parse(string text)
    {
        if (TryParse(text, out var parsed) is null)
            return parsed!;
        // The driver's message quotes what it stumbled over. So ask again with the secrets taken out: what is said then
        // can be repeated; if nothing is said, the secrets were the trouble.
        throw Fault(TryParse(WithoutSecrets(text), out _)
            ?? "its user name or password holds a character that must be percent-encoded (: / ? # [ ] @ % and others), "
            + "or an option that holds a secret is malformed");
    }

    /// <summary>What is wrong with it, without secrets.</summary>
    public static StoreException Fault(string what) =>
        new($"The MongoDB connection string cannot be used: {what.TrimEnd('.')}.");

    /// <summary>The servers named, as host:port,..., of a string that could be parsed.</summary>
    public static string Hosts(string text)
    {
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var end = rest.AsSpan().IndexOfAny('/', '?');
        var authority = end < 0 ? rest : rest[..end];
        return authority[(authority.LastIndexOf('@') + 1)..];
    }

    /// <summary>Null, or what the driver says against it.</summary>
    private static string? TryParse(string text, out ConnectionString? parsed)
    {
        try
        {
            parsed = new ConnectionString(text);
            return null;
        }
        catch (Exception failure) when (failure is MongoException or ArgumentException or FormatException)
        {
            parsed = null;
            return failure.Message;
        }
    }

    private static string WithoutSecrets(string text) =>
        SecretOption().Replace(UserAndPassword().Replace(text, "://user:password@"), "$1=secret");

    // As far as the last @: a password with an unescaped / or ? or @ is inside whatever it breaks.
    [GeneratedRegex("://.*@", RegexOptions.Singleline)]
    private static partial Regex UserAndPassword();

    [GeneratedRegex("([a-z]*password|authmechanismproperties)=[^&;]*", RegexOptions.IgnoreCase)]
    private static partial Regex SecretOption();
}

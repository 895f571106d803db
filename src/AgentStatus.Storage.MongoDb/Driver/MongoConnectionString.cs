using System.Text.RegularExpressions;

namespace AgentStatus.Storage.MongoDb.Driver;

/// <summary>Parses a connection string, and tells of it without telling its credentials.</summary>
internal static partial class MongoConnectionString
{
    public const string Malformed = "The MongoDB connection string cannot be used: ";

    /// <exception cref="MongoException">It is malformed.</exception>
    public static UriHandle Parse(string text)
    {
        if (TryParse(text, out var uri, out var fault))
            return uri;
        // The driver's message may quote what it stumbled over. So ask again with the secrets taken out: what is said
        // then can be repeated; if nothing is said, the secrets were the trouble.
        var safeText = "its user name or password holds a character that must be percent-encoded "
            + "(: / ? # [ ] @ % and others), or an option that holds a secret is malformed";
        if (TryParse(WithoutSecrets(text), out uri, out var safeFault))
            uri.Dispose();
        else
            safeText = safeFault.Message.TrimEnd('.');
        throw new MongoException((MongoErrorDomain)fault.Domain, (int)fault.Code, $"{Malformed}{safeText}.");
    }

    /// <summary>The servers named, as host:port,..., of a string that could be parsed.</summary>
    public static string Hosts(string text)
    {
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var end = rest.AsSpan().IndexOfAny('/', '?');
        var authority = end < 0 ? rest : rest[..end];
        return authority[(authority.LastIndexOf('@') + 1)..];
    }

    private static unsafe bool TryParse(string text, out UriHandle uri, out Fault fault)
    {
        NativeError error = default;
        uri = LibMongoc.UriNew(text, &error);
        fault = new(error.Domain, error.Code, error.MessageText);
        if (!uri.IsInvalid)
            return true;
        uri.Dispose();
        return false;
    }

    private static string WithoutSecrets(string text) =>
        SecretOption().Replace(UserAndPassword().Replace(text, "://user:password@"), "$1=secret");

    // As far as the last @: a password with an unescaped / or ? or @ is inside whatever it breaks.
    [GeneratedRegex("://.*@", RegexOptions.Singleline)]
    private static partial Regex UserAndPassword();

    [GeneratedRegex("([a-z]*password|authmechanismproperties)=[^&]*", RegexOptions.IgnoreCase)]
    private static partial Regex SecretOption();

    private readonly record struct Fault(uint Domain, uint Code, string Message);
}

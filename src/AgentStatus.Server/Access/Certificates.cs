using System.Formats.Asn1;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;

namespace AgentStatus.Server.Access;

/// <summary>Whose client certificates are taken. TLS has verified a certificate before a request comes; it is looked up
/// once a connection, which may last longer than the certificate is good.</summary>
internal sealed class Certificates
{
    private const string AlternativeNames = "2.5.29.17";

    private readonly IdentityList _identities = new();
    private readonly ConditionalWeakTable<X509Certificate2, Identity> _known = [];

    /// <summary>Who has this certificate, until it ends; null: nobody that is known.</summary>
    public Identity? Find(X509Certificate2 certificate, TimeProvider clock)
    {
        if (_known.TryGetValue(certificate, out var known) && !known.HasEnded(clock)) return known;
        if (NamesOf(certificate).Select(_identities.Find).FirstOrDefault(one => one is not null) is not { } listed)
            return null;
        var found = listed.Until(EndsAtMs(certificate), clock);
        if (found.HasEnded(clock)) return null;
        _known.AddOrUpdate(certificate, found);
        return found;
    }

    /// <summary>The first instant at which it is not good any more, in milliseconds since the Unix epoch. RFC 5280,
    /// section 4.1.2.5: the second that it names is its last.</summary>
    public static long EndsAtMs(X509Certificate2 certificate) =>
        new DateTimeOffset(certificate.NotAfter).AddSeconds(1).ToUnixTimeMilliseconds();

    /// <summary>Puts a file's certificates in force, or says what is wrong with it.</summary>
    public IReadOnlyList<string> Take(ReadOnlyMemory<byte> content)
    {
        var certificates = KeyList.Read(content, "certificates", "name", WhyNoName, out var faults);
        if (faults.Count == 0) _identities.Replace(certificates);
        return faults;
    }

    /// <summary>The names that it has, as the file has them. RFC 5280, section 4.2.1.6.</summary>
    public static IEnumerable<string> NamesOf(X509Certificate2 certificate)
    {
        var names = new List<string> { $"subject:{certificate.Subject}" };
        if (certificate.Extensions[AlternativeNames] is not { } extension) return names;
        try
        {
            var all = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (all.HasData)
            {
                var tag = all.PeekTag();
                var kind = tag is { TagClass: TagClass.ContextSpecific, TagValue: 2 } ? "dns"
                    : tag is { TagClass: TagClass.ContextSpecific, TagValue: 6 } ? "uri" : null;
                if (kind is null) all.ReadEncodedValue();
                else names.Add($"{kind}:{all.ReadCharacterString(UniversalTagNumber.IA5String, tag)}");
            }
        }
        catch (AsnContentException)
        {
            // What cannot be read has no such names.
        }

        return names;
    }

    private static string? WhyNoName(string text) =>
        text.StartsWith("subject:", StringComparison.Ordinal) || text.StartsWith("dns:", StringComparison.Ordinal)
        || text.StartsWith("uri:", StringComparison.Ordinal)
            ? null
            : "must be subject:CN=..., dns:... or uri:...";
}

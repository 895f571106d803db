using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AgentStatus.TestKit;

/// <summary>An authority of the test's own, and the certificates that it gives.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2040, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly X509Certificate2 _root;
    private long _last;

    public TestAuthority(string name = "Test")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name} authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(Begin, End);
    }

    /// <summary>What its clients trust.</summary>
    public string Pem => _root.ExportCertificatePem();

    public X509ChainPolicy Trust
    {
        get
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.Add(_root);
            return policy;
        }
    }

    /// <summary>A certificate for a server on this machine.</summary>
    public (string Certificate, string Key) Server(string name = "server", DateTimeOffset? end = null) =>
        Pems(Issue(name, "1.3.6.1.5.5.7.3.1", end ?? End));

    /// <summary>One for a client.</summary>
    public X509Certificate2 Client(string name = "client", DateTimeOffset? end = null) =>
        Issue(name, "1.3.6.1.5.5.7.3.2", end ?? End);

    /// <summary>One that says that it is for servers, shown by a client.</summary>
    public X509Certificate2 ForServers() => Issue("server", "1.3.6.1.5.5.7.3.1", End);

    /// <summary>A certificate and its key, as files hold them.</summary>
    public static (string Certificate, string Key) Pems(X509Certificate2 certificate) =>
        (certificate.ExportCertificatePem(), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

    public void Dispose() => _root.Dispose();

    private X509Certificate2 Issue(string name, string usage, DateTimeOffset end)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new(usage)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(_root, Begin, end, BitConverter.GetBytes(++_last));
        return signed.CopyWithPrivateKey(key);
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace AgentStatus.Storage.Tests.MongoDb;

/// <summary>The files that a connection string names, against a listener with TLS.</summary>
public sealed class TlsFilesTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly X509Certificate2 _authority = Authority("ours");

    public void Dispose()
    {
        _directory.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_server_of_the_authority_is_trusted_and_is_shown_our_certificate()
    {
        using var own = Issue(_authority, "me");
        var text = $"tlsCAFile={Write("ca.pem", _authority.ExportCertificatePem())}"
            + $"&tlsCertificateKeyFile={Write("me.pem", Pem(own))}";

        Assert.Equal("CN=me", await ConnectAsync(text));
    }

    [Fact]
    public async Task A_key_with_a_password_is_read()
    {
        using var own = Issue(_authority, "me");
        using var key = own.GetECDsaPrivateKey()!;
        var parameters = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000);
        var pem = $"{own.ExportCertificatePem()}\n{key.ExportEncryptedPkcs8PrivateKeyPem("s3cret", parameters)}";
        var text = $"tlsCAFile={Write("ca.pem", _authority.ExportCertificatePem())}"
            + $"&tlsCertificateKeyFile={Write("me.pem", pem)}&tlsCertificateKeyFilePassword=s3cret";

        Assert.Equal("CN=me", await ConnectAsync(text));
    }

    [Fact]
    public async Task A_server_of_another_authority_is_not_trusted()
    {
        using var other = Authority("theirs");

        await Assert.ThrowsAnyAsync<Exception>(
            () => ConnectAsync($"tlsCAFile={Write("ca.pem", other.ExportCertificatePem())}"));
    }

    [Fact]
    public async Task A_server_of_another_name_is_not_trusted() =>
        await Assert.ThrowsAnyAsync<Exception>(
            () => ConnectAsync($"tlsCAFile={Write("ca.pem", _authority.ExportCertificatePem())}", "elsewhere"));

    [Theory]
    [InlineData("tlsCAFile=missing.pem", "tlsCAFile")]
    [InlineData("tlsCertificateKeyFile=missing.pem", "tlsCertificateKeyFile")]
    public void A_file_that_is_not_there_is_named(string option, string named)
    {
        var refused = Assert.Throws<StoreException>(() => Settings($"mongodb://db1/?{option}"));

        Assert.Contains($"the file of {named} cannot be used", refused.Message);
    }

    private static MongoClientSettings Settings(string text) => ClientSettings.Read(TestDatabase.OptionsOf(text), "me");

    /// <summary>Makes a handshake as the driver does; returns the subject that the server was shown.</summary>
    private async Task<string?> ConnectAsync(string options, string serverName = "localhost")
    {
        var settings = Settings($"mongodb://localhost/?{options}");
        Assert.True(settings.UseTls);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var accepted = await listener.AcceptTcpClientAsync();
        using var certificate = Issue(_authority, serverName);
        await using var server = new SslStream(accepted.GetStream());
        await using var ours = new SslStream(
            client.GetStream(), false, settings.SslSettings.ServerCertificateValidationCallback);
        var serving = server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        await ours.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            ClientCertificates = [.. settings.SslSettings.ClientCertificates],
        });
        await serving;
        return server.RemoteCertificate?.Subject;
    }

    private string Write(string name, string text)
    {
        var file = _directory.File(name);
        File.WriteAllText(file, text);
        return Uri.EscapeDataString(file);
    }

    private static string Pem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}";
    }

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(authority, authority.NotBefore, authority.NotAfter, [1, 2, 3]);
        return X509CertificateLoader.LoadPkcs12(
            issued.CopyWithPrivateKey(key).Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}

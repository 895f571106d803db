using System.Buffers.Text;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;

namespace AgentStatus.Benchmarks.Samples;

/// <summary>A key, a token and a certificate that a server is told to take, for all companies.</summary>
internal sealed class Credentials : IDisposable
{
    private const string Audience = "agentstatus";

    private readonly string _directory;
    private readonly TestAuthority _authority = new();

    /// <param name="directory">Where the server's files are written.</param>
    public Credentials(string directory)
    {
        _directory = directory;
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(30));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        Write("keys.json", $$"""
            {"keys": [{"id": "cip", "sha256": "{{hash}}", "permissions": ["classify"], "companies": "all"}]}
            """);
        Key = $"Bearer {key}";
        Token = $"Bearer {SignedToken()}";
        Write("certificates.json", """
            {"certificates": [
              {"id": "cip", "name": "subject:CN=cip", "permissions": ["classify"], "companies": "all"}]}
            """);
        var (certificate, certificateKey) = _authority.Server();
        Write("server.pem", certificate);
        Write("server.key", certificateKey);
        Write("ca.pem", _authority.Pem);
        Certificate = Trusting();
        Certificate.ClientCertificates = [_authority.Client("cip")];
    }

    /// <summary>The header with a key.</summary>
    public string Key { get; }

    /// <summary>The header with a token of some 600 characters.</summary>
    public string Token { get; }

    public string[] Settings =>
    [
        "--Authentication:KeysFile", FileOf("keys.json"), "--Authentication:Jwt:KeysFile", FileOf("jwks.json"),
        "--Authentication:Jwt:Audience", Audience,
    ];

    /// <summary>What a client shows whose certificate says who it is.</summary>
    public SslClientAuthenticationOptions Certificate { get; }

    /// <summary>One that shows nothing.</summary>
    public SslClientAuthenticationOptions Trusting() => new()
    {
        TargetHost = "localhost",
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        CertificateChainPolicy = _authority.Trust,
    };

    public string[] TlsSettings => ["--Tls:Certificate", FileOf("server.pem"), "--Tls:Key", FileOf("server.key")];

    public string[] CertificateSettings =>
    [
        .. TlsSettings, "--Tls:ClientCa", FileOf("ca.pem"), "--Tls:ClientCertificates", "optional",
        "--Authentication:Certificates", FileOf("certificates.json"),
    ];

    public void Dispose() => _authority.Dispose();

    private string FileOf(string name) => Path.Combine(_directory, name);

    private void Write(string name, string content) => File.WriteAllText(FileOf(name), content);

    private string SignedToken()
    {
        using var rsa = RSA.Create(2_048);
        var numbers = rsa.ExportParameters(includePrivateParameters: false);
        var (n, e) = (Base64Url.EncodeToString(numbers.Modulus), Base64Url.EncodeToString(numbers.Exponent));
        Write("jwks.json", $$"""
            {"keys": [{"kty": "RSA", "use": "sig", "kid": "first", "n": "{{n}}", "e": "{{e}}"}]}
            """);
        var expires = TimeProvider.System.GetUtcNow().AddDays(1).ToUnixTimeSeconds();
        var signed = Part("""{"alg":"RS256","kid":"first","typ":"JWT"}""") + "." + Part($$"""
            {"iss":"benchmarks","aud":"{{Audience}}","sub":"cip","exp":{{expires}},
             "permissions":"classify","companies":"all"}
            """);
        var signature = rsa.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}

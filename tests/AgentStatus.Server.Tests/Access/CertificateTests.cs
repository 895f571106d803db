using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AgentStatus.Server.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Server.Tests.Access;

/// <summary>Who a verified client certificate is: by its subject, or a name of a host or a service in it.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly FakeTimeProvider _clock = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("subject:CN=cip, O=Example", true)]
    [InlineData("dns:cip.example", true)]
    [InlineData("uri:spiffe://example/cip", true)]
    [InlineData("subject:CN=cip", false)]
    [InlineData("dns:CN=cip, O=Example", false)]
    [InlineData("dns:example", false)]
    public async Task A_certificate_is_known_by_its_names(string name, bool isKnown)
    {
        var authenticator = Authenticator(name);
        using var certificate = Certificate();
        for (var i = 0; i < 2; i++)
        {
            var context = With(certificate);
            var fault = await authenticator.VerifyAsync(context);
            Assert.Equal(isKnown ? null : "CREDENTIALS_INVALID", fault?.Reason);
            if (isKnown) Assert.Equal("cip", Identity.Of(context).Name);
        }

        Assert.Equal("CREDENTIALS_MISSING", (await authenticator.VerifyAsync(With(null)))?.Reason);
    }

    [Fact]
    public async Task A_certificate_that_was_removed_is_refused_on_open_connections_too()
    {
        var authenticator = Authenticator("dns:cip.example");
        using var certificate = Certificate();
        Assert.Null(await authenticator.VerifyAsync(With(certificate)));
        File.WriteAllText(_folder.File("names"), """{"certificates": []}""");
        foreach (var file in authenticator.Files) file.Look();
        Assert.NotNull(await authenticator.VerifyAsync(With(certificate)));
    }

    [Fact]
    public async Task A_wrong_key_is_not_made_good_by_a_certificate()
    {
        var authenticator = Authenticator("dns:cip.example");
        using var certificate = Certificate();
        var context = With(certificate);
        context.Request.Headers.Authorization = "Bearer wrong";
        Assert.Equal("CREDENTIALS_INVALID", (await authenticator.VerifyAsync(context))?.Reason);
    }

    [Fact]
    public void A_name_says_what_it_is()
    {
        var faults = new Certificates().Take(Encoding.UTF8.GetBytes(Names("cip.example")));
        Assert.Equal("certificates[0].name must be subject:CN=..., dns:... or uri:....", Assert.Single(faults));
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=cip, O=Example", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddEmailAddress("cip@example");
        names.AddDnsName("cip.example");
        names.AddUri(new Uri("spiffe://example/cip"));
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }

    private static DefaultHttpContext With(X509Certificate2? certificate)
    {
        var context = new DefaultHttpContext();
        context.Connection.ClientCertificate = certificate;
        return context;
    }

    private static string Names(string name) => $$"""
        {"certificates": [{"id": "cip", "name": "{{name}}", "permissions": ["record"], "companies": "all"}]}
        """;

    private Authenticator Authenticator(string name)
    {
        File.WriteAllText(_folder.File("names"), Names(name));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Authentication:Certificates"] = _folder.File("names") }).Build();
        var options = AuthenticationOptions.Read(new(configuration));
        return new(
            options, new(new(), _clock, NullLogger<AccessRefusals>.Instance), _clock,
            NullLogger<Authenticator>.Instance);
    }
}

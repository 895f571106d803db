using AgentStatus.Server.Tests.Hosting;

namespace AgentStatus.Server.Tests.Tls;

/// <summary>What a start finds wrong with Tls:*, and who may reach the server.</summary>
public sealed class TlsOptionsTests : IDisposable
{
    private readonly TempDirectory _files = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _authority.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void Https_needs_certificate_and_key() => Assert.Equal(
        "Endpoint or Http is https; set Tls:Certificate and Tls:Key to files in PEM.",
        Assert.Single(OptionFaults.Of(("Endpoint", "https://127.0.0.1:5080"))));

    [Fact]
    public void A_certificate_needs_https() => Assert.Equal(
        "Tls:* is set, but neither Endpoint nor Http is https.",
        Assert.Single(OptionFaults.Of(("Tls:Certificate", "a"), ("Tls:Key", "b"))));

    [Fact]
    public void What_is_said_of_clients_goes_together()
    {
        Assert.Contains(Faults(("Tls:ClientCertificates", "required")), fault => fault.Contains("set Tls:ClientCa"));
        Assert.Contains(
            Faults(("Tls:ClientCa", Written("ca", _authority.Pem))), fault => fault.Contains("is none"));
        Assert.Contains(
            Faults(("Tls:ClientCertificates", "yes")), fault => fault.EndsWith("None or Optional or Required."));
        Assert.Empty(Faults(
            ("Tls:ClientCertificates", "optional"), ("Tls:ClientCa", Written("ca", _authority.Pem))));
    }

    [Fact]
    public void Who_is_known_by_a_certificate_must_be_asked_for_it()
    {
        (string, string) names = ("Authentication:Certificates", "names.json");
        foreach (var faults in new[] { Faults(names), OptionFaults.Of(names) })
            Assert.Contains(
                "Tls:ClientCertificates is none, so that nobody shows a certificate; set it to optional or required, "
                + "and Tls:ClientCa",
                Assert.Single(faults));
        Assert.Empty(Faults(
            names, ("Tls:ClientCertificates", "optional"), ("Tls:ClientCa", Written("ca", _authority.Pem))));
    }

    [Fact]
    public void Files_that_cannot_be_used_are_named_and_keys_are_not_shown()
    {
        var (certificate, key) = _authority.Server();
        using var other = new TestAuthority();
        var old = _authority.Server("old", new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Contains("cannot be read", Fault(null, key));
        Assert.Contains("no certificate in it", Fault("", key));
        Assert.Contains("Tls:Key: it is not the private key of the first certificate", Fault(certificate, "nothing"));
        Assert.Contains("Tls:Key: it is not the private key", Fault(certificate, other.Server().Key));
        Assert.Contains("CN=old is good until 2021-01-01T00:00:00", Fault(old.Certificate, old.Key));
        Assert.Contains("CertificateFileBytes", Fault(new string(' ', ServerLimits.CertificateFileBytes + 1), key));

        string Fault(string? certificate, string key)
        {
            var fault = Assert.Single(OptionFaults.Of(
                ("Endpoint", "https://127.0.0.1:5080"),
                ("Tls:Certificate", certificate is null ? _files.File("missing") : Written("pem", certificate)),
                ("Tls:Key", Written("key", key))));
            Assert.DoesNotContain(key, fault.Replace("nothing", ""));
            return fault;
        }
    }

    [Fact]
    public void One_address_for_both_needs_TLS() => Assert.Contains(
        "Http is the address of Endpoint",
        Assert.Single(OptionFaults.Of(("Endpoint", "http://127.0.0.1:7"), ("Http", "http://127.0.0.1:7"))));

    [Theory]
    [InlineData("http://0.0.0.0:7000", "without TLS and authentication")]
    [InlineData("http://[::]:7000", "without TLS and authentication")]
    [InlineData("http://192.0.2.1:7000", "without TLS and authentication")]
    [InlineData("http://127.0.0.1:7000", null)]
    [InlineData("http://[::1]:7000", null)]
    [InlineData("http://[::ffff:127.0.0.1]:7000", null)]
    [InlineData("http://localhost:7000", null)]
    public void Whoever_is_reached_from_other_machines_does_not_start_open(string endpoint, string? missing)
    {
        foreach (var key in (string[])["Endpoint", "Http"])
        {
            var faults = OptionFaults.Of((key, endpoint));
            if (missing is null) Assert.Empty(faults);
            else Assert.Contains($"{key} is {endpoint}, which other machines reach, {missing}.", Assert.Single(faults));
            Assert.Empty(OptionFaults.Of((key, endpoint), ("Security:AllowInsecure", "true")));
        }
    }

    [Theory]
    [InlineData("0600", null)]
    [InlineData("660", null)]
    [InlineData("0666", "Endpoint is unix:/run/a.sock, which every user of this machine may write (SocketMode 0666)")]
    [InlineData("0602", "SocketMode 0602")]
    [InlineData("0400", "SocketMode is \"0400\"; it must be 0600 to 0777")]
    [InlineData("1777", "SocketMode is \"1777\"; it must be 0600 to 0777")]
    [InlineData("rw-------", "SocketMode is \"rw-------\"; it must be 0600 to 0777")]
    public void A_socket_file_is_not_everybodys(string mode, string? fault)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "socket files have no mode on Windows");
        var faults = OptionFaults.Of(("Endpoint", "unix:/run/a.sock"), ("SocketMode", mode));
        if (fault is null) Assert.Empty(faults);
        else Assert.Contains(fault, Assert.Single(faults));
        if (fault?.Contains("0666", StringComparison.Ordinal) is not true) return;
        Assert.Empty(OptionFaults.Of(
            ("Endpoint", "unix:/run/a.sock"), ("SocketMode", mode), ("Security:AllowInsecure", "true")));
        Assert.Empty(OptionFaults.Of(
            ("Endpoint", "unix:/run/a.sock"), ("SocketMode", mode), ("Authentication:KeysFile", "/keys.json")));
    }

    [Theory]
    [InlineData("unix:a.sock")]
    [InlineData("unix://host/a.sock")]
    [InlineData("unix:/")]
    [InlineData("unix:/a?b")]
    public void A_socket_file_is_named_by_its_whole_path(string endpoint) => Assert.Contains(
        "it must name a file by its whole path: unix:/path/to/file",
        Assert.Single(OptionFaults.Of(("Endpoint", endpoint))));

    [Fact]
    public void A_socket_files_path_has_an_end() => Assert.Contains(
        "paths of sockets have at most 107 bytes",
        Assert.Single(OptionFaults.Of(("Endpoint", $"unix:/{new string('a', 107)}"))));

    [Fact]
    public void With_TLS_callers_must_be_known()
    {
        (string, string) everywhere = ("Endpoint", "https://0.0.0.0:5080");
        Assert.Contains("without authentication", Assert.Single(Faults(everywhere)));
        Assert.Empty(Faults(
            everywhere, ("Tls:ClientCertificates", "required"), ("Tls:ClientCa", Written("ca", _authority.Pem))));
        Assert.Contains("without authentication", Assert.Single(Faults(
            everywhere, ("Tls:ClientCertificates", "optional"), ("Tls:ClientCa", Written("ca", _authority.Pem)))));
    }

    [Fact]
    public async Task A_server_that_would_stand_open_ends_and_says_what_to_set()
    {
        using var server = ServerProcess.Started(
            "--Endpoint", "http://0.0.0.0:0", "--Http", "off", "--Storage:Path", _files.File("store"));
        await server.ExitedAsync();
        Assert.Equal(1, server.ExitCode);
        Assert.Contains("Endpoint is http://0.0.0.0:0, which other machines reach", server.Output);
        Assert.Contains("Tls:Certificate", server.Output);
    }

    [Fact]
    public async Task It_warns_at_each_start_where_it_may()
    {
        for (var i = 0; i < 2; i++)
        {
            using var server = ServerProcess.Started(
                "--Endpoint", "http://0.0.0.0:0", "--Http", "off", "--Storage:Path", _files.File("store"),
                "--Security:AllowInsecure", "true");
            await Until.TrueAsync(() => server.Output.Contains("Ready on"));
            Assert.Contains("Whoever reaches it may ask and record", server.Output);
            server.Terminate();
            await server.ExitedAsync();
        }
    }

    private IReadOnlyList<string> Faults(params ReadOnlySpan<(string, string)> settings)
    {
        var (certificate, key) = _authority.Server();
        return OptionFaults.Of(
            [
                ("Http", "https://127.0.0.1:7001"), ("Tls:Certificate", Written("pem", certificate)),
                ("Tls:Key", Written("key", key)), .. settings,
            ]);
    }

    private string Written(string name, string text)
    {
        File.WriteAllText(_files.File(name), text);
        return _files.File(name);
    }
}

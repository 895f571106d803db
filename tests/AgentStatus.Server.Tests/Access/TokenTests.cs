using System.Security.Cryptography;
using System.Text;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AgentStatus.Server.Tests.Access;

/// <summary>Tokens that others signed: what is in them counts, and nothing else is taken for one.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private const string Audience = "agentstatus";
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly TempDirectory _folder = new();
    private readonly RsaSecurityKey _first = KeyOf("first");
    private readonly RsaSecurityKey _second = KeyOf("second");
    private TestServer _server = null!;

    private string KeysFile => _folder.File("jwks.json");

    public async ValueTask InitializeAsync()
    {
        File.WriteAllText(KeysFile, Jwks(_first));
        _server = await TestServer.StartAsync(
            Now, "--Authentication:Jwt:KeysFile", KeysFile, "--Authentication:Jwt:Audience", Audience,
            "--Authentication:Jwt:Issuer", "https://issuer.example");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("""["classify"]""", "[1, 2]", null)]
    [InlineData("""["openid", "classify"]""", "\"1 2\"", null)]
    [InlineData("\"openid classify\"", "1", null)]
    [InlineData("\"classify,record\"", "\"all\"", null)]
    [InlineData("\"classify\"", "[\"1\"]", null)]
    [InlineData("\"record\"", "[1]", "PERMISSION_MISSING")]
    [InlineData("\"classify\"", "[2]", "PERMISSION_MISSING")]
    [InlineData("\"classify\"", "[]", "PERMISSION_MISSING")]
    [InlineData("\"classify\"", "[\"all\", 2]", "PERMISSION_MISSING")]
    [InlineData("[]", "\"all\"", "PERMISSION_MISSING")]
    [InlineData("7", "{}", "PERMISSION_MISSING")]
    public async Task A_token_s_claims_say_what_its_bearer_may_do(string permissions, string companies, string? reason)
    {
        var token = Token(_first, permissions, companies);
        for (var i = 0; i < 2; i++) Assert.Equal(reason, (await AskAsync(token)).Reason);
    }

    [Fact]
    public async Task What_is_no_token_of_the_issuer_for_us_is_refused()
    {
        var good = Token(_first);
        Assert.Null((await AskAsync(good)).Reason);
        var parts = good.Split('.');
        var secret = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(_first.Rsa.ExportSubjectPublicKeyInfoPem()))
        {
            KeyId = _first.KeyId,
        };
        var changed = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(parts[1]).Replace("\"1\"", "\"2\""));
        var header = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""");
        (string Token, string Said)[] wrong =
        [
            (Token(_second), "a key that is known"),
            (Token(KeyOf("first")), "a key that is known"),
            (Token(_first, audience: "other"), "another audience"),
            (Token(_first, issuer: "https://other.example"), "another issuer's"),
            (Token(_first, from: Now - TimeSpan.FromHours(1)), "not valid now"),
            (Token(_first, from: Now + TimeSpan.FromMinutes(1)), "not valid now"),
            (Token(secret, algorithm: SecurityAlgorithms.HmacSha256), "a key that is known"),
            ($"{header}.{parts[1]}.", "a key that is known"),
            ($"{parts[0]}.{changed}.{parts[2]}", "a key that is known"),
            ($"{parts[0]}.{parts[1]}.", "a key that is known"),
            ("a.b.c", "no signed token"),
        ];
        foreach (var (token, said) in wrong)
        {
            var (reason, message) = await AskAsync(token);
            Assert.True(reason == "CREDENTIALS_INVALID" && message.Contains(said), $"{said}: {reason} {message}");
        }

        Assert.Equal("CREDENTIALS_INVALID", (await AskAsync("a-key-that-is-none")).Reason);
    }

    [Fact]
    public async Task A_token_and_its_streams_end_in_time()
    {
        var token = Token(_first);
        using var rings = Service(token).StreamRingTargets();
        await rings.RequestStream.WriteAsync(new() { RequestId = 1, CompanyId = 1 });
        Assert.True(await rings.ResponseStream.MoveNext());
        var end = Refused.ByAsync(() => rings.ResponseStream.MoveNext());
        _server.Pass(Life + ServerLimits.TokenClockSkew - TimeSpan.FromSeconds(2));
        Assert.Null((await AskAsync(token)).Reason);
        Assert.False(end.IsCompleted);
        _server.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal("CREDENTIALS_INVALID", (await AskAsync(token)).Reason);
        var ended = await end.WaitAsync(Until.Limit);
        Assert.Equal((StatusCode.Unauthenticated, "CREDENTIALS_ENDED"), (ended.Code, ended.Detail<ErrorInfo>().Reason));
    }

    [Fact]
    public async Task Streams_on_which_nothing_is_sent_end_with_their_token()
    {
        var service = Service(Token(_first, permissions: "\"classify watch\""));
        using var rings = service.StreamRingTargets();
        await rings.RequestStream.WriteAsync(new() { RequestId = 1, CompanyId = 1 });
        Assert.True(await rings.ResponseStream.MoveNext());
        using var watch = service.WatchStatuses(new() { CompanyId = 1 });
        Assert.True(await watch.ResponseStream.MoveNext());

        var ends = Task.WhenAll(EndAsync(rings.ResponseStream), EndAsync(watch.ResponseStream));
        _server.Pass(Life + ServerLimits.TokenClockSkew);
        await Until.TrueAsync(() =>
        {
            // A watcher is told of the time each second, and no more of it.
            _server.Time.Advance(ServerLimits.MaintenanceInterval);
            return ends.IsCompleted;
        });

        foreach (var end in await ends)
            Assert.Equal(
                (StatusCode.Unauthenticated, "CREDENTIALS_ENDED"), (end.Code, end.Detail<ErrorInfo>().Reason));

        static Task<Refused> EndAsync<T>(IAsyncStreamReader<T> answers) => Refused.ByAsync(async () =>
        {
            while (await answers.MoveNext(default)) { }
        });
    }

    [Fact]
    public async Task Keys_rotate_without_a_restart()
    {
        var (old, next) = (Token(_first), Token(_second));
        Assert.Null((await AskAsync(old)).Reason);
        using var rings = Service(old).StreamRingTargets();
        await rings.RequestStream.WriteAsync(new() { RequestId = 1, CompanyId = 1 });
        Assert.True(await rings.ResponseStream.MoveNext());
        Assert.NotNull((await AskAsync(next)).Reason);

        File.WriteAllText(KeysFile, Jwks(_first, _second));
        await UntilAsync(async () => (await AskAsync(next)).Reason is null);
        Assert.Null((await AskAsync(old)).Reason);
        await rings.RequestStream.WriteAsync(new() { RequestId = 2, CompanyId = 1 });
        Assert.True(await rings.ResponseStream.MoveNext());

        File.WriteAllText(KeysFile, Jwks(_second));
        await UntilAsync(async () => (await AskAsync(old)).Reason is not null);
        Assert.Null((await AskAsync(next)).Reason);
        Assert.Equal(
            StatusCode.Unauthenticated, (await Refused.ByAsync(() => rings.ResponseStream.MoveNext())).Code);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("nothing")]
    [InlineData("""{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}""")]
    public async Task A_file_without_public_keys_changes_nothing(string content)
    {
        File.WriteAllText(KeysFile, content);
        await UntilAsync(() => Task.FromResult(_server.Log.Warnings.Any(line => line.Contains("JSON Web Key Set"))));
        Assert.Null((await AskAsync(Token(_first))).Reason);
    }

    [Fact]
    public async Task An_authority_is_asked_for_its_keys_when_it_is_there()
    {
        var port = LoopbackPort.Free();
        var address = $"http://127.0.0.1:{port}";
        await using var server = await TestServer.StartAsync(
            Now, "--Authentication:Jwt:Authority", address, "--Authentication:Jwt:Audience", Audience);
        var token = Token(_first, issuer: address);
        Assert.Equal("AUTHORITY_UNAVAILABLE", (await AskAsync(token, server)).Reason);

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address);
        await using var authority = builder.Build();
        authority.MapGet(
            "/.well-known/openid-configuration",
            () => Results.Json(new { issuer = address, jwks_uri = $"{address}/keys" }));
        var asked = 0;
        authority.MapGet("/keys", () =>
        {
            Interlocked.Increment(ref asked);
            return Results.Text(Jwks(_first));
        });
        await authority.StartAsync();
        await Until.TrueAsync(async () => (await AskAsync(token, server)).Reason is null);
        Assert.Equal("CREDENTIALS_INVALID", (await AskAsync(Token(_first), server)).Reason);

        // A key that nobody knows has the authority asked, but not each time.
        for (var i = 0; i < 20; i++)
            Assert.Equal("CREDENTIALS_INVALID", (await AskAsync(Token(KeyOf($"{i}"), issuer: address), server)).Reason);
        Assert.InRange(asked, 1, 3);
    }

    private static RsaSecurityKey KeyOf(string id) => new(RSA.Create(2_048)) { KeyId = id };

    private static string Jwks(params RsaSecurityKey[] keys) => System.Text.Json.JsonSerializer.Serialize(new
    {
        keys = keys.Select(key => key.Rsa.ExportParameters(includePrivateParameters: false)).Zip(
            keys,
            (numbers, key) => new
            {
                kty = "RSA",
                use = "sig",
                kid = key.KeyId,
                n = Base64UrlEncoder.Encode(numbers.Modulus),
                e = Base64UrlEncoder.Encode(numbers.Exponent),
            }),
    });

    private static string Token(
        SecurityKey key, string permissions = "\"classify\"", string companies = "\"1\"", string audience = Audience,
        string issuer = "https://issuer.example", DateTimeOffset? from = null,
        string algorithm = SecurityAlgorithms.RsaSha256)
    {
        var begin = from ?? Now;
        var payload = $$"""
            {"iss": "{{issuer}}", "aud": "{{audience}}", "sub": "cip", "nbf": {{begin.ToUnixTimeSeconds()}},
             "exp": {{(begin + Life).ToUnixTimeSeconds()}}, "permissions": {{permissions}}, "companies": {{companies}}}
            """;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }
            .CreateToken(payload, new SigningCredentials(key, algorithm));
    }

    private AgentStatusService.AgentStatusServiceClient Service(string token, TestServer? server = null) =>
        new((server ?? _server).Channel.Intercept(sent =>
        {
            sent.Add("authorization", $"Bearer {token}");
            return sent;
        }));

    private async Task<(string? Reason, string Message)> AskAsync(string token, TestServer? server = null)
    {
        try
        {
            await Service(token, server).ClassifyAsync();
            return (null, "");
        }
        catch (RpcException refused)
        {
            return (refused.GetRpcStatus()!.GetDetail<ErrorInfo>()!.Reason, refused.Status.Detail);
        }
    }

    private Task UntilAsync(Func<Task<bool>> condition) => Until.TrueAsync(
        async () =>
        {
            _server.Time.Advance(ServerLimits.CredentialCheckInterval);
            return await condition();
        },
        "the server has seen the file");
}

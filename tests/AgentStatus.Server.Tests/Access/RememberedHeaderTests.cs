using AgentStatus.Server.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AgentStatus.Server.Tests.Access;

/// <summary>What a thread remembers of the last header is no longer true than the key is: all on one thread.</summary>
public sealed class RememberedHeaderTests : IDisposable
{
    private readonly KeyFile _keys = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly Instruments _instruments = new();

    public void Dispose()
    {
        _keys.Dispose();
        _instruments.Dispose();
    }

    [Fact]
    public void A_key_that_is_changed_or_removed_is_so_at_the_next_request()
    {
        var authenticator = Authenticator(_keys.With("cip", [Permission.Classify]));
        AssertKnown(authenticator, "cip", Permission.Classify);
        Change(authenticator, () => _keys.With("cip", [Permission.Watch]));
        AssertKnown(authenticator, "cip", Permission.Watch);
        Change(authenticator, () => _keys.Remove("cip"));
        AssertUnknown(authenticator, "cip");
    }

    [Fact]
    public void Each_header_is_its_own_key_s_and_each_server_s_its_own()
    {
        var authenticator = Authenticator(
            _keys.With("cip", [Permission.Classify]).With("app", [Permission.Record]));
        for (var i = 0; i < 2; i++)
        {
            AssertKnown(authenticator, "cip", Permission.Classify);
            AssertKnown(authenticator, "app", Permission.Record);
            AssertUnknown(authenticator, "apq");
            AssertUnknown(authenticator, "ap");
        }

        AssertKnown(authenticator, "cip", Permission.Classify);
        using var others = new KeyFile();
        AssertUnknown(Authenticator(others.With("app", [Permission.Record])), "cip");
    }

    private static void Change(Authenticator authenticator, Action change)
    {
        change();
        foreach (var file in authenticator.Files) file.Look();
    }

    /// <summary>Verified, found by its header, and found by this thread.</summary>
    private static void AssertKnown(Authenticator authenticator, string id, Permission permission)
    {
        for (var i = 0; i < 3; i++)
        {
            var context = With(id);
            if (i == 0) Assert.Null(Verify(authenticator, context));
            else Assert.True(authenticator.TryFindVerified(context));
            var identity = Identity.Of(context);
            Assert.Equal(
                [permission], Enum.GetValues<Permission>().Where(one => one > 0 && identity.Allows(one, companyId: 1)));
            Assert.Equal(id, identity.Name);
        }
    }

    private static void AssertUnknown(Authenticator authenticator, string id)
    {
        Assert.False(authenticator.TryFindVerified(With(id)));
        Assert.Equal("CREDENTIALS_INVALID", Verify(authenticator, With(id))?.Reason);
    }

    /// <summary>A key is verified at once, so that this goes on on the same thread.</summary>
    private static AccessFault? Verify(Authenticator authenticator, HttpContext context)
    {
        var verified = authenticator.VerifyAsync(context);
        Assert.True(verified.IsCompleted);
        return verified.GetAwaiter().GetResult();
    }

    private static DefaultHttpContext With(string id) => new()
    {
        Request = { Headers = { Authorization = new string($"Bearer {KeyFile.KeyOf(id)}".AsSpan()) } },
    };

    private Authenticator Authenticator(KeyFile keys) => new(
        AuthenticationOptions.Read(new(
            new ConfigurationBuilder().AddInMemoryCollection(
                new Dictionary<string, string?> { ["Authentication:KeysFile"] = keys.Path }).Build())),
        new(_instruments, _clock, NullLogger<AccessRefusals>.Instance), _clock, NullLogger<Authenticator>.Instance);
}

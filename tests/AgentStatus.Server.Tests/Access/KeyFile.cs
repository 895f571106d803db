using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace AgentStatus.Server.Tests.Access;

/// <summary>A file with API keys, each of which is its id and this many more characters.</summary>
internal sealed class KeyFile : IDisposable
{
    private readonly TempDirectory _folder = new();
    private readonly Dictionary<string, object> _entries = [];

    public string Path => _folder.File("keys.json");

    public static string KeyOf(string id) => $"{id}-0123456789";

    /// <summary>Adds one, or changes it. No companies: all.</summary>
    public KeyFile With(string id, IEnumerable<Permission> permissions, params long[] companies)
    {
        _entries[id] = new
        {
            id,
            sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(KeyOf(id)))),
            permissions = permissions.Select(permission => permission.ToString().ToLowerInvariant()),
            companies = companies.Length == 0 ? "all" : (object)companies,
        };
        Save();
        return this;
    }

    public void Remove(string id)
    {
        _entries.Remove(id);
        Save();
    }

    public void Save() => Write(JsonSerializer.Serialize(new { keys = _entries.Values }));

    public void Write(string text)
    {
        File.WriteAllText(Path, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public Task<TestServer> StartServerAsync(DateTimeOffset now) =>
        TestServer.StartAsync(now, "--Http", "http://127.0.0.1:0", "--Authentication:KeysFile", Path);

    /// <summary>Asks with a key; null: without.</summary>
    public static CallInvoker Invoker(TestServer server, string? id) => id is null
        ? server.Channel.CreateCallInvoker()
        : server.Channel.Intercept(headers =>
        {
            headers.Add("authorization", $"Bearer {KeyOf(id)}");
            return headers;
        });

    public static AgentStatusService.AgentStatusServiceClient Service(TestServer server, string? id) =>
        new(Invoker(server, id));

    public static HttpClient Http(TestServer server, string? id)
    {
        var client = new HttpClient { BaseAddress = server.Http };
        if (id is not null) client.DefaultRequestHeaders.Authorization = new("Bearer", KeyOf(id));
        return client;
    }

    public void Dispose() => _folder.Dispose();
}

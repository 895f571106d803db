using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentStatus.Cli.Keys;

/// <summary>The file that the server's Authentication:KeysFile names, open to be changed: in its place, so that it
/// keeps its owner and mode. One program at a time.</summary>
internal sealed class KeyFile : IDisposable
{
    /// <summary>40 characters, of which nobody guesses one.</summary>
    private const int KeyBytes = 30;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly FileStream _file;
    private readonly JsonArray _keys;

    /// <exception cref="CommandFailedException">It cannot be opened, or is no such file.</exception>
    public KeyFile(FileInfo path, bool mayBeNew)
    {
        try
        {
            var options = new FileStreamOptions
            {
                Mode = mayBeNew ? FileMode.OpenOrCreate : FileMode.Open,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
            };
            if (mayBeNew && !OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            _file = new FileStream(path.FullName, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(e.Message);
        }

        if (Read() is { } keys)
        {
            _keys = keys;
            return;
        }

        _file.Dispose();
        throw new CommandFailedException($"{path} is no file of keys: {{\"keys\": [...]}}.");
    }

    /// <summary>What each key is called, and what it may do.</summary>
    public IEnumerable<(string Id, string Permissions, string Companies)> Entries => _keys.Select(key => (
        $"{key?["id"]}", Words(key?["permissions"]), Words(key?["companies"])));

    /// <summary>Makes a key, of which the file has the SHA-256.</summary>
    /// <param name="id">1 to 64 printable ASCII characters without blanks.</param>
    /// <param name="permissions">What it may do.</param>
    /// <param name="companies">For which companies; null: all.</param>
    /// <returns>The key, which nobody can tell again.</returns>
    /// <exception cref="CommandFailedException">There is one with this id.</exception>
    public string Add(string id, IEnumerable<Permission> permissions, IEnumerable<long>? companies)
    {
        if (Find(id) is not null) throw new CommandFailedException($"there is a key {id}; remove it first.");
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)).Replace('+', '-').Replace('/', '_');
        _keys.Add((JsonNode)new JsonObject
        {
            ["id"] = id,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))),
            ["permissions"] = new JsonArray(
                [.. permissions.Distinct().Select(one => (JsonNode)one.ToString().ToLowerInvariant())]),
            ["companies"] = companies is null ? "all" : new JsonArray([.. companies.Select(one => (JsonNode)one)]),
        });
        Save();
        return key;
    }

    /// <exception cref="CommandFailedException">There is none.</exception>
    public void Remove(string id)
    {
        if (!_keys.Remove(Find(id))) throw new CommandFailedException($"there is no key {id}.");
        Save();
    }

    public void Dispose() => _file.Dispose();

    private static string Words(JsonNode? value) => value is JsonArray list ? string.Join(",", list) : $"{value}";

    private JsonNode? Find(string id) => _keys.FirstOrDefault(key => $"{key?["id"]}" == id);

    private JsonArray? Read()
    {
        if (_file.Length == 0) return [];
        try
        {
            var list = (JsonNode.Parse(_file) as JsonObject)?["keys"] as JsonArray;
            list?.Parent!.AsObject().Remove("keys");
            return list?.All(key => key is JsonObject) == true ? list : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Save()
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new { keys = _keys }, Indented);
        _file.Position = 0;
        _file.Write(content);
        _file.SetLength(content.Length);
        _file.Flush(flushToDisk: true);
    }
}

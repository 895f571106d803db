using System.Security.Cryptography;
using System.Text;

namespace AgentStatus.Server.Access;

/// <summary>The API keys that are in force. The file has their SHA-256 alone: a key is 240 random bits, so that nothing
/// is found by guessing, and how long the look-up of a hash takes tells nothing of a key.</summary>
internal sealed class ApiKeys
{
    private const int HashCharacters = 2 * SHA256.HashSizeInBytes;

    private readonly IdentityList _identities = new();

    public Identity? Find(ReadOnlySpan<char> key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes([.. key]), hash);
        return _identities.Find(Convert.ToHexStringLower(hash));
    }

    /// <summary>Puts a file's keys in force, or says what is wrong with it.</summary>
    public IReadOnlyList<string> Take(ReadOnlyMemory<byte> content)
    {
        var keys = KeyList.Read(content, "keys", "sha256", WhyNoHash, out var faults);
        if (faults.Count == 0) _identities.Replace(keys);
        return faults;
    }

    public static string? WhyNoHash(string text) =>
        text.Length == HashCharacters && text.All(char.IsAsciiHexDigitLower)
            ? null
            : $"must be the key's SHA-256, {HashCharacters} hexadecimal digits in lower case";
}

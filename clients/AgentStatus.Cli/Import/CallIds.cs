using System.Security.Cryptography;
using System.Text;

namespace AgentStatus.Cli.Import;

/// <summary>Numbers for the ids that Asterisk gives to calls.</summary>
internal static class CallIds
{
    private const long CallsOfSecond = 100_000_000;

    /// <summary>1393854573.42 is 139385457300000042, and so to be found again; anything else is a hash, 1 or
    /// more.</summary>
    public static long Of(string uniqueId)
    {
        var dot = uniqueId.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0
            && TryNumber(uniqueId.AsSpan(0, dot), long.MaxValue / CallsOfSecond, out var second)
            && TryNumber(uniqueId.AsSpan(dot + 1), CallsOfSecond, out var number)
            && second > 0)
            return (second * CallsOfSecond) + number;
        var hash = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(uniqueId))) & long.MaxValue;
        return Math.Max(1, hash);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, long below, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < below;
}

using System.Text;
using AgentStatus.Core;
using AgentStatus.Storage.MongoDb.Driver;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Statuses and origins as text in documents, as the contract names them.</summary>
internal static class Words
{
    private static readonly byte[][] Statuses =
        [[], .. Bytes("ONLINE", "IDLE", "ON_CALL", "WRAP_UP", "BUSY", "AWAY", "OFFLINE")];

    private static readonly byte[][] Origins = [[], .. Bytes("AGENT", "SUPERVISOR", "APP", "CALL")];

    public static ReadOnlySpan<byte> Of(Status status) => Statuses[(int)status];

    public static ReadOnlySpan<byte> Of(Origin origin) => Origins[(int)origin];

    /// <exception cref="MongoException">It is none.</exception>
    public static Status ToStatus(ReadOnlySpan<byte> word) => (Status)Find(Statuses, word, "status");

    /// <exception cref="MongoException">It is none.</exception>
    public static Origin ToOrigin(ReadOnlySpan<byte> word) => (Origin)Find(Origins, word, "origin");

    private static int Find(byte[][] words, ReadOnlySpan<byte> word, string kind)
    {
        for (var i = 1; i < words.Length; i++)
        {
            if (word.SequenceEqual(words[i]))
                return i;
        }

        throw new MongoException(MongoErrorDomain.Bson, 0, $"'{Encoding.UTF8.GetString(word)}' is no {kind}.");
    }

    private static IEnumerable<byte[]> Bytes(params string[] words) => words.Select(Encoding.ASCII.GetBytes);
}

using System.Text;

namespace AgentStatus.Storage.MongoDb;

/// <summary>Statuses and origins as text in documents, as the contract names them.</summary>
internal static class Words
{
    private static readonly string[] Statuses =
        ["", "ONLINE", "IDLE", "ON_CALL", "WRAP_UP", "BUSY", "AWAY", "OFFLINE", "LEFT"];

    private static readonly string[] Origins = ["", "AGENT", "SUPERVISOR", "APP", "CALL", "SYSTEM"];

    public static string Of(Status status) => Statuses[(int)status];

    public static string Of(Origin origin) => Origins[(int)origin];

    /// <exception cref="FormatException">It is none.</exception>
    public static Status ToStatus(string word) => (Status)Find(Statuses, word, "status");

    /// <exception cref="FormatException">It is none.</exception>
    public static Origin ToOrigin(string word) => (Origin)Find(Origins, word, "origin");

    /// <summary>None is the default.</summary>
    public static Status FindStatus(ReadOnlySpan<byte> word) => (Status)Find(Statuses, word);

    /// <summary>None is the default.</summary>
    public static Origin FindOrigin(ReadOnlySpan<byte> word) => (Origin)Find(Origins, word);

    private static int Find(string[] words, ReadOnlySpan<byte> word)
    {
        for (var i = 1; i < words.Length; i++)
        {
            if (Ascii.Equals(word, words[i]))
                return i;
        }

        return 0;
    }

    /// <summary>The place of a word; an empty one is none.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static int Find(string[] words, string word, string kind) =>
        word.Length > 0 && Array.IndexOf(words, word) is >= 0 and var at
            ? at
            : throw new FormatException($"'{word}' is no {kind}.");
}

using AgentStatus.Storage.Sqlite;

namespace AgentStatus.Storage.Spool;

/// <summary>Which servers had a spool's directory before, by their ids at the shared store, which are new at each
/// start. They have ended, since one at a time has it: who has it now answers for them, and nobody waits for one that
/// was killed. A file beside the spool; where it is lost, others wait.</summary>
internal static class EarlierRuns
{
    public const string FileName = "servers";

    /// <summary>Ids that are kept: others wait for those of the last hour.</summary>
    private const int Most = 64;

    /// <summary>Gives the earlier ids, and adds this one.</summary>
    public static IReadOnlyList<string> Add(string directory, string serverId)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            PrivateFile.Open(path, FileShare.Read).Dispose();
            var earlier = File.ReadAllLines(path);
            File.WriteAllLines(path, earlier.TakeLast(Most - 1).Append(serverId));
            return earlier;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A full disk, mostly: that is no reason not to serve.
            return [];
        }
    }
}

namespace AgentStatus.Storage;

/// <summary>The limits that stores and those who drive them share: value, unit (last in the name) and reason.</summary>
public static class StorageLimits
{
    /// <summary>Bytes of the spool for events while the store does not answer: some seven million events (1 GiB). Asked
    /// before a batch, which may exceed it a little; the file's log takes 32 MiB and more beside it.</summary>
    public const long SpoolBytes = 1L << 30;

    /// <summary>Events that the spool gives back to the store in one portion, at the most: one insert.</summary>
    public const int DrainedEvents = 256;

    /// <summary>Bytes of a SQLite file's log from which on it is said that another program holds it: far more than a
    /// start or a check of the file lets it grow (256 MiB).</summary>
    public const long LogBytes = 256L << 20;

    /// <summary>Bytes that a backup leaves free on the store's disk: some hours of events, and the log's growth while
    /// the copy is made (256 MiB).</summary>
    public const long BackupReserveBytes = 256L << 20;

    /// <summary>How often a store that does not answer is asked whether it is back (1 s).</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    /// <summary>How many times longer than the usual interval, at most, it is waited before trying again what fails
    /// while the store answers probes (30 s).</summary>
    public const int MaxBackoff = 30;

    /// <summary>How long a lease lasts without being renewed: long enough for a pause of the process or a change of
    /// primary, short enough that another server goes on within 15 s (8 s).</summary>
    public static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(8);

    /// <summary>How often the owner of the offline periods renews its lease and saves its checkpoint, and how often
    /// others look whether the lease has lapsed (2 s).</summary>
    public static readonly TimeSpan LeaseRenewal = TimeSpan.FromSeconds(2);
}

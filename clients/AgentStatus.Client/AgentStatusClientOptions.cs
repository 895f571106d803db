namespace AgentStatus.Client;

/// <summary>How an <see cref="AgentStatusClient"/> asks the server. Checked when the client is made: an
/// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> names every fault at once.</summary>
public sealed class AgentStatusClientOptions
{
    /// <summary>The server's address: http or https, without a path; or unix:/path/to/file, where it listens on a
    /// socket file of this machine. Default http://127.0.0.1:5080.</summary>
    public Uri Endpoint { get; set; } = new("http://127.0.0.1:5080");

    /// <summary>Where companies are divided among servers (Companies:Partition, docs/scaling.md): the addresses of each
    /// part's servers, those of part 1 first. Each request goes to the servers of its company's part, by turns where
    /// there are several (of http or https, the same for all of a part). At most 1,024 parts; takes the place of
    /// <see cref="Endpoint"/>. Default: none, all companies have that one.</summary>
    public IList<IList<Uri>> Partitions { get; set; } = [];

    /// <summary>Instead of <see cref="Partitions"/>, where a proxy at <see cref="Endpoint"/> chooses among so many
    /// parts: each request says its company's in the header agentstatus-partition, as 2/8. Default 0: there is no such
    /// proxy; 2 to 1,024.</summary>
    public int ProxiedPartitions { get; set; }

    /// <summary>Where requests go: a part's addresses, or <see cref="Endpoint"/> for all companies.</summary>
    internal IList<IList<Uri>> AddressesOfParts => Partitions.Count > 0 ? Partitions : [[Endpoint]];

    /// <summary>The key that each request carries, as authorization: Bearer KEY. Null: none. Printable ASCII without
    /// blanks.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Instead of <see cref="ApiKey"/>: gives the token that a request is to carry, and is asked before each
    /// one, so that it keeps a token for as long as that is valid. A stream whose token has run out is opened again,
    /// with the next one.</summary>
    public Func<CancellationToken, ValueTask<string>>? TokenProvider { get; set; }

    /// <summary>A file with the authorities (PEM) that the server's certificate must come from; null: the machine's
    /// own. This and the next two go with https, and are read when the client is made.</summary>
    public string? CertificateAuthorityFile { get; set; }

    /// <summary>A file with the certificate (PEM, with those between it and its authority) that the client shows; null:
    /// none.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>The file with its private key (PEM, without a password).</summary>
    public string? CertificateKeyFile { get; set; }

    /// <summary>How long a classification may take, retries included. Default 1 s; 1 ms to 1 h. A warm server answers
    /// in well under a millisecond; a second leaves room for the first connection and for an instant that has to be
    /// read from the store. A caller that routes calls sets it to what it can wait.</summary>
    public TimeSpan ClassifyDeadline { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How long recording a status may take, retries included. Default 5 s; 1 ms to 1 h. Long enough to sit
    /// out a full queue or a quick restart of the server.</summary>
    public TimeSpan RecordDeadline { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one page of a breakdown may take, retries included. Default 30 s; 1 ms to 1 h.</summary>
    public TimeSpan BreakdownDeadline { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a request is sent at most, the first time included. Default 5; 1 (never again) to 10. Sent
    /// again after UNAVAILABLE, and RecordStatus also after RESOURCE_EXHAUSTED with a RetryInfo.</summary>
    public int MaxAttempts { get; set; } = 5;

    /// <summary>The pause before the second attempt; it doubles with each further one. Default 100 ms; 1 ms to 1 min.
    /// Pauses vary at random, so that clients do not come back all at once.</summary>
    public TimeSpan InitialBackoff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between attempts. Default 2 s; <see cref="InitialBackoff"/> to 1 min.</summary>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Requests of one <see cref="RingTargetStream"/> that may await their answers, of each part where
    /// companies are divided; further callers wait. Default 1,000; 1 to 100,000.</summary>
    public int MaxOutstanding { get; set; } = 1_000;

    /// <summary>A watch that hears nothing for this long is taken as lost: the server says at least every second that
    /// it is there. Default 5 s; 2 s to 1 h.</summary>
    public TimeSpan WatchSilence { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A quiet connection is pinged after this time, so that a dead one is noticed before a request needs it.
    /// Default 30 s; 1 s to 1 h.</summary>
    public TimeSpan KeepAlivePingDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection whose ping is not answered for this long is given up. Default 10 s; 1 s to 1 h.</summary>
    public TimeSpan KeepAlivePingTimeout { get; set; } = TimeSpan.FromSeconds(10);
}

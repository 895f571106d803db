namespace AgentStatus.Cli.Import;

/// <summary>What a line of a file says: a fault; or an event, a ring, both or neither.</summary>
/// <param name="Number">Of the line, from 1 on.</param>
/// <param name="Text">The line itself.</param>
internal readonly record struct ImportedLine(long Number, string Text)
{
    /// <summary>Why the line is not understood; null: it is.</summary>
    public string? Fault { get; init; }

    /// <summary>With an event_id.</summary>
    public RecordStatusRequest? Event { get; init; }

    /// <summary>The event is retracted.</summary>
    public RetractStatusRequest? Retraction { get; init; }

    /// <summary>A ring to keep, once all events are recorded.</summary>
    public ClassifyRingTargetsRequest? Ring { get; init; }
}

/// <summary>Reads a file of some format.</summary>
internal interface IEventReader
{
    /// <summary>The lines, one after the other as they are asked for; blank ones are left out.</summary>
    /// <param name="stream">The file without its compression. Stays the caller's.</param>
    /// <exception cref="CommandFailedException">The file as a whole is not of this format.</exception>
    IEnumerable<ImportedLine> Read(Stream stream);
}

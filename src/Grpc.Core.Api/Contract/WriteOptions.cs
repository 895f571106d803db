namespace Grpc.Core;

/// <summary>How messages are written. Immutable.</summary>
public sealed class WriteOptions(WriteFlags flags = 0)
{
    /// <summary>No flags.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>The flags.</summary>
    public WriteFlags Flags { get; } = flags;
}

namespace AgentStatus.Storage;

/// <summary>The store cannot do what was asked: it is full, broken, locked or out of reach.</summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What clients are told of it. The message, unless that says where files are: this is for the operator
    /// alone.</summary>
    public string ForClients
    {
        get => field
            ?? (InnerException is StoreException inner && inner.Message == Message ? inner.ForClients : Message);
        init;
    }
}

/// <summary>The store did not answer, or did not confirm in time. Of a write this is neither success nor failure: it
/// may be stored, or may come to be.</summary>
public sealed class StoreUnreachableException(string message, Exception? inner = null) : StoreException(message, inner)
{
    /// <summary>The store confirmed the writing itself; what failed is a read that belongs to it.</summary>
    public bool IsOfRead { get; init; }
}

/// <summary>The store does not answer and the spool has no room left, in its limit or on its disk. The spool took none
/// of the events; there is room when the store answers again. Some may come to be stored nevertheless, as after any
/// write that was not confirmed.</summary>
public sealed class SpoolFullException(string message, Exception? inner = null) : StoreException(message, inner);

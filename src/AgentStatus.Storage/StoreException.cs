namespace AgentStatus.Storage;

/// <summary>The store cannot do what was asked: it is full, broken, locked or out of reach.</summary>
public class StoreException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// What clients are told of it. The message, unless that says where files are: this is for the operator alone.
    /// </summary>
    public string ForClients
    {
        get => field ?? (InnerException is StoreException inner && inner.Message == Message ? inner.ForClients : Message);
        init;
    }
}

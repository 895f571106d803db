namespace Grpc.Core;

/// <summary>A service's methods together with their handlers, as a generated <c>BindService</c> returns them.</summary>
public sealed partial class ServerServiceDefinition
{
    private readonly IReadOnlyList<Action<ServiceBinderBase>> _additions;

    private ServerServiceDefinition(IReadOnlyList<Action<ServiceBinderBase>> additions)
    {
        _additions = additions;
    }

    /// <summary>Starts a definition.</summary>
    public static Builder CreateBuilder() => new();

    /// <summary>Gives all methods to a binder, in the order in which they were added.</summary>
    internal void BindService(ServiceBinderBase serviceBinder)
    {
        foreach (var addTo in _additions)
            addTo(serviceBinder);
    }
}

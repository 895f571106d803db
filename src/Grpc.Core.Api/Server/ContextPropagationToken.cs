namespace Grpc.Core;

/// <summary>
/// Stands for a call that is being served, in the options of a call to another service. Neither package makes one:
/// their clients take the deadline and the token in <see cref="CallOptions" /> instead.
/// </summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}

using AgentStatus.V1;

namespace AgentStatus.Server.Grpc;

/// <summary>Where the next page of a breakdown begins and as of when, bound to the request's other fields
/// (<see cref="BoundPosition"/>).</summary>
/// <param name="AsOfMs">Now at the first page.</param>
/// <param name="Position">As <see cref="BreakdownQuery.Position"/>.</param>
internal readonly record struct PageToken(long AsOfMs, long Position)
{
    /// <summary>The token of a request; null without one, or if it is not ours.</summary>
    public static PageToken? Read(GetBreakdownRequest request, long nowMs)
    {
        if (BoundPosition.Read(request.PageToken, Bound(request)) is not (var asOfMs, var position, ""))
            return null;
        var token = new PageToken(asOfMs, position);
        return token.CanBeOurs(nowMs) ? token : null;
    }

    /// <summary>The token as text, for a request with these fields.</summary>
    public string Write(GetBreakdownRequest request) => BoundPosition.Write(AsOfMs, Position, Bound(request));

    private static GetBreakdownRequest Bound(GetBreakdownRequest request) =>
        new(request) { PageToken = "", PageSize = 0 };

    /// <summary>The digest can be worked out by anybody. Another server's clock may be a little ahead.</summary>
    private bool CanBeOurs(long nowMs) =>
        AsOfMs >= Limits.FirstInstantMs && AsOfMs <= nowMs + Limits.FutureMs && Position is > 0 and < long.MaxValue;
}

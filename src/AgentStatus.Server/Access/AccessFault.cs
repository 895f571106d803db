namespace AgentStatus.Server.Access;

/// <summary>Why a request was refused; the contract has the reasons.</summary>
/// <param name="Reason">The contract's word.</param>
/// <param name="Message">For the caller.</param>
/// <param name="MayIdentify">Whether other credentials may help (UNAUTHENTICATED), or the caller may not do it
/// (PERMISSION_DENIED).</param>
internal sealed record AccessFault(string Reason, string Message, bool MayIdentify = true)
{
    public static AccessFault Missing { get; } =
        new("CREDENTIALS_MISSING", "say who asks: send a key as authorization: Bearer KEY");

    public static AccessFault NotBearer { get; } =
        new("CREDENTIALS_INVALID", "authorization must be one header: Bearer KEY");

    /// <summary>Does not tell what is wrong with it: there is nothing to mend but to bring another one.</summary>
    public static AccessFault UnknownKey { get; } =
        new("CREDENTIALS_INVALID", "the key is not known, or not any more");

    public static AccessFault Ended { get; } =
        new("CREDENTIALS_ENDED", "the credentials with which the stream began are not valid any more");

    /// <summary>Says the same whether there is such a company or not.</summary>
    public static AccessFault NotAllowed(Identity identity, V1.Permission permission, long companyId) => new(
        "PERMISSION_MISSING",
        $"{identity.Name} may not ask this: it needs the permission {permission.ToString().ToLowerInvariant()} for "
        + (companyId == 0 ? "all companies" : $"company {companyId}"),
        MayIdentify: false);
}

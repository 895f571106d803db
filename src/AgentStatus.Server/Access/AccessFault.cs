namespace AgentStatus.Server.Access;

/// <summary>Why a request was refused; the contract has the reasons.</summary>
/// <param name="Reason">The contract's word.</param>
/// <param name="Message">For the caller.</param>
/// <param name="Kind">What may help.</param>
internal sealed record AccessFault(string Reason, string Message, AccessFaultKind Kind = AccessFaultKind.Credentials)
{
    public static AccessFault Missing { get; } =
        new("CREDENTIALS_MISSING", "say who asks: send a key or a token, as authorization: Bearer KEY");

    public static AccessFault NotBearer { get; } =
        new("CREDENTIALS_INVALID", "authorization must be one header: Bearer KEY");

    /// <summary>Does not tell what is wrong with it: there is nothing to mend but to bring another one.</summary>
    public static AccessFault UnknownKey { get; } =
        new("CREDENTIALS_INVALID", "the key is not known, or not any more");

    /// <summary>Its signer cannot be asked.</summary>
    public static AccessFault NoAuthority { get; } = new(
        "AUTHORITY_UNAVAILABLE", "the keys with which tokens are signed cannot be fetched yet; try again",
        AccessFaultKind.Waiting);

    /// <summary>None of the certificate's names is in the list.</summary>
    public static AccessFault UnknownCertificate { get; } =
        new("CREDENTIALS_INVALID", "the client certificate is nobody's that is known");

    /// <summary>The connection began while it was good.</summary>
    public static AccessFault EndedCertificate { get; } =
        new("CREDENTIALS_INVALID", "the client certificate is not good any more; connect again with a renewed one");

    public static AccessFault Ended { get; } =
        new("CREDENTIALS_ENDED", "the credentials with which the stream began are not valid any more");

    public static AccessFault WrongToken(string why) => new("CREDENTIALS_INVALID", $"the token is refused: {why}");

    /// <summary>Says the same whether there is such a company or not.</summary>
    public static AccessFault NotAllowed(Identity identity, V1.Permission permission, long companyId) => new(
        "PERMISSION_MISSING",
        $"{identity.Name} may not ask this: it needs the permission {permission.ToString().ToLowerInvariant()} for "
        + (companyId == 0 ? "all companies" : $"company {companyId}"),
        AccessFaultKind.Permission);
}

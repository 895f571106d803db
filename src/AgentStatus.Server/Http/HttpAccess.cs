using AgentStatus.Server.Access;

namespace AgentStatus.Server.Http;

/// <summary>Finds out who asks, before anything of a request is read. The page's files need no identity: they tell
/// nothing of a company.</summary>
internal static class HttpAccess
{
    /// <summary>Stands before a path that needs an identity: 401 without one.</summary>
    public static RequestDelegate Before(RequestDelegate next) => async context =>
    {
        if (AuthenticatorOf(context) is { IsOn: true } authenticator
            && await authenticator.VerifyAsync(context) is { } fault)
            await HttpRefusals.RefuseAccessAsync(context, fault);
        else await next(context);
    };

    /// <summary>The same where it also needs a permission for all companies: 403 without that.</summary>
    public static RequestDelegate Before(RequestDelegate next, V1.Permission permission) => Before(context =>
        AuthenticatorOf(context).Check(context, permission, companyId: 0) is { } fault
            ? HttpRefusals.RefuseAccessAsync(context, fault)
            : next(context));

    private static Authenticator AuthenticatorOf(HttpContext context) =>
        context.RequestServices.GetRequiredService<Authenticator>();
}

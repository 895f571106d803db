using System.Reflection;
using AgentStatus.Server.Access;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

/// <summary>Checks each request of every RPC: first, before anything of it is read, who asks; then, when it is read,
/// whether they may ask it for its company, and whether this server has that company. Nothing where authentication is
/// off and the server has all companies.</summary>
internal sealed class AccessGate(Authenticator authenticator, CompanyPartition companies)
{
    /// <summary>Stands before an RPC.</summary>
    /// <param name="next">The RPC, which measures its requests itself.</param>
    /// <param name="rpc">Its path.</param>
    /// <param name="duration">Measures those that are refused here.</param>
    public RequestDelegate Before(RequestDelegate next, string rpc, RequestDuration duration) =>
        !authenticator.IsOn || AccessRules.IsOpen(rpc) ? next : context => authenticator.TryFindVerified(context)
            ? next(context)
            : VerifyAsync(context, next, duration);

    /// <summary>What throws if the caller may not ask this (PERMISSION_DENIED), or not here (FAILED_PRECONDITION);
    /// null: all may.</summary>
    /// <param name="rpc">The RPC's path, as /service/method.</param>
    /// <typeparam name="TRequest">Its requests, generated or ours.</typeparam>
    public Action<TRequest, ServerCallContext>? CheckOf<TRequest>(string rpc)
    {
        if ((!authenticator.IsOn && companies.IsWhole) || AccessRules.IsOpen(rpc)
            || AccessRules.Find(rpc) is not { } rule)
            return null;
        var companyOf = rule.CompanyProperty is null
            ? _ => 0
            : typeof(TRequest).GetProperty(rule.CompanyProperty, typeof(long))!.GetMethod!
                .CreateDelegate<Func<TRequest, long>>();
        return (request, context) =>
        {
            var companyId = companyOf(request);
            if (authenticator.IsOn
                && authenticator.Check(context.GetHttpContext(), rule.Permission, companyId) is { } fault)
                throw Refusals.NotAllowed(fault);

            // What names none is about all that this server has; what is no id is refused as that.
            if (companyId > 0 && !companies.Contains(companyId)) throw Refusals.WrongPartition(companyId, companies);
        };
    }

    /// <summary>Answers of a stream that ends when its caller's credentials do. UNAUTHENTICATED.</summary>
    public IServerStreamWriter<T> WhileValid<T>(IServerStreamWriter<T> answers, ServerCallContext context) =>
        authenticator.IsOn ? new EndingAnswers<T>(answers, () => ThrowIfEnded(context.GetHttpContext())) : answers;

    /// <summary>Cancelled when the caller's credentials end.</summary>
    public CancellationToken WatchEnd(ServerCallContext context) =>
        authenticator.IsOn ? authenticator.WatchEnd(context.GetHttpContext()) : default;

    private void ThrowIfEnded(HttpContext context)
    {
        if (authenticator.CheckEnd(context) is { } fault) throw Refusals.NotAllowed(fault);
    }

    private async Task VerifyAsync(HttpContext context, RequestDelegate next, RequestDuration duration)
    {
        var startedAt = duration.Begin();
        if (await authenticator.VerifyAsync(context) is not { } fault)
        {
            await next(context);
            return;
        }

        var refusal = Refusals.NotAllowed(fault);
        refusal.AnswerTo(context.Response);
        duration.End(startedAt, refusal.StatusCode);
    }

    /// <summary>Looks before each answer. All of our streams answer at least every second.</summary>
    private sealed class EndingAnswers<T>(IServerStreamWriter<T> answers, Action throwIfEnded) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions
        {
            get => answers.WriteOptions;
            set => answers.WriteOptions = value;
        }

        public Task WriteAsync(T message)
        {
            throwIfEnded();
            return answers.WriteAsync(message);
        }

        public Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            throwIfEnded();
            return answers.WriteAsync(message, cancellationToken);
        }
    }
}

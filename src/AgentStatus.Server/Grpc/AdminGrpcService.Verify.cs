using AgentStatus.Server.Verification;
using AgentStatus.V1;
using Grpc.Core;

namespace AgentStatus.Server.Grpc;

internal sealed partial class AdminGrpcService
{
    private bool _isVerifying;

    public override async Task Verify(
        VerifyRequest request, IServerStreamWriter<VerifyResponse> responses, ServerCallContext context)
    {
        if (!timelines.IsWarm) throw Refusals.NotWarm();
        var faults = default(RequestFaults);
        faults.CheckOptionalId("company_id", request.CompanyId);
        faults.ThrowIfAny();
        if (store.Spool is { SpooledCount: > 0 })
            throw Refusals.Unavailable("events wait in this server's spool: verify when the store has them");
        if (Interlocked.Exchange(ref _isVerifying, true)) throw Refusals.VerificationUnderWay();
        var report = new VerificationReport();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        var work = VerifyAsync(request.CompanyId == 0 ? null : request.CompanyId, report, ended.Token);
        do
        {
            await Task.WhenAny(work, Task.Delay(ProgressInterval, clock, ended.Token));
            if (ended.IsCancellationRequested) throw Refusals.Stopping();
            await responses.WriteAsync(Progress(report));
        }
        while (!work.IsCompleted);

        await work;
        await responses.WriteAsync(Progress(report));
    }

    /// <summary>On a thread of its own: it reads the store for as long as that takes, and others go first.</summary>
    private Task VerifyAsync(long? companyId, VerificationReport report, CancellationToken cancellation)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                verification.Run(companyId, report, cancellation);
                done.SetResult();
            }
            catch (Exception failure)
            {
                done.SetException(failure);
            }
            finally
            {
                Volatile.Write(ref _isVerifying, false);
            }
        })
        {
            Name = "verification",
            IsBackground = true,
            Priority = ThreadPriority.BelowNormal,
        }.Start();
        return done.Task;
    }

    private static VerifyResponse Progress(VerificationReport report) => new()
    {
        Agents = report.Agents,
        AgentsVerified = report.AgentsVerified,
        Events = report.Events,
        CallSteps = report.CallSteps,
        HoursVersions = report.HoursVersions,
        FaultCount = report.FaultCount,
        Faults =
        {
            report.TakeFaults().Select(fault => new VerifyFault
            {
                CompanyId = fault.CompanyId,
                AgentId = fault.AgentId,
                Description = fault.Description,
            }),
        },
    };
}

using Grpc.Core;

namespace AgentStatus.Server.Tests.Retention;

/// <summary>What tests of the retention do to a server.</summary>
internal static class Deletion
{
    /// <summary>Waits for the cut. Of a shared store, a server that has just started may not own the projection
    /// yet.</summary>
    public static async Task CutAsync(this TestServer server, DateTimeOffset cut)
    {
        var looks = 0;
        await Until.TrueAsync(
            () =>
            {
                if (++looks % 100 == 0) server.Time.Advance(ServerLimits.RetentionInterval);
                return server.Part<RetentionCut>().Ms == cut.ToUnixTimeMilliseconds();
            },
            () => $"the cut is {server.Part<RetentionCut>().Ms}, not {cut:O}");
    }

    /// <summary>Lets the time pass that the retention waits, and waits until all that lies before the cut is
    /// gone.</summary>
    public static async Task DeletedAsync(this TestServer server)
    {
        var cut = DateTimeOffset.FromUnixTimeMilliseconds(server.Part<RetentionCut>().Ms);
        var looks = 0;
        await Until.TrueAsync(
            () =>
            {
                // It may learn of the cut a moment later than we do. Seldom, so that no day passes on a busy machine.
                if (looks++ % 400 == 0)
                    server.Time.Advance(ServerLimits.RetentionGrace + ServerLimits.RetentionInterval);
                return server.Log.Notes.Any(
                    line => line.StartsWith($"What lay before {cut:O} is gone", StringComparison.Ordinal));
            },
            () => $"what lies before the cut is gone; {string.Join('\n', server.Log.Warnings)}");
    }

    /// <summary>The last message of a verification, with the faults of all.</summary>
    public static async Task<VerifyResponse> VerifyAsync(this TestServer server)
    {
        using var call = new AdminService.AdminServiceClient(server.Channel).Verify(new());
        var all = new List<VerifyResponse>();
        await foreach (var message in call.ResponseStream.ReadAllAsync()) all.Add(message);
        var last = all[^1].Clone();
        last.Faults.Clear();
        last.Faults.AddRange(all.SelectMany(message => message.Faults));
        return last;
    }
}

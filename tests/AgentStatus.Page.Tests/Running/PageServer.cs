namespace AgentStatus.Page.Tests.Running;

/// <summary>Servers whose page can be opened.</summary>
internal static class PageServer
{
    /// <summary>Starts one and waits until it serves, and has said where the page is.</summary>
    public static async Task<ServerProcess> ServingAsync(string storagePath, params string[] args)
    {
        var server = await ServerProcess.ServingAsync(storagePath, args);
        await Until.TrueAsync(() => server.Output.Contains("the page on http", StringComparison.Ordinal));
        return server;
    }
}

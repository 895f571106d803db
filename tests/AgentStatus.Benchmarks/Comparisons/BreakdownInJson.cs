using System.Net;
using System.Text.Json;

namespace AgentStatus.Benchmarks.Comparisons;

/// <summary>The month's breakdown as a browser fetches it: all pages as JSON, compressed, by HttpClient.</summary>
internal sealed class BreakdownInJson(string address, BreakdownCase month) : IDisposable
{
    private readonly HttpClient _client = new(
        new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, UseProxy = false })
    {
        BaseAddress = new Uri(address),
    };

    /// <summary>Fetches everything, and reads it.</summary>
    /// <exception cref="IOException">Agents are missing.</exception>
    public void Fetch()
    {
        var (agents, token) = (0, "");
        do
        {
            using var page = JsonDocument.Parse(_client.GetByteArrayAsync(Path(token)).GetAwaiter().GetResult());
            agents += page.RootElement.GetProperty("agents").GetArrayLength();
            token = page.RootElement.TryGetProperty("nextPageToken", out var next) ? next.GetString()! : "";
        }
        while (token.Length > 0);
        if (agents != month.Agents) throw new IOException($"The pages have {agents} agents.");
    }

    public void Dispose() => _client.Dispose();

    private string Path(string token) =>
        $"/v1/companies/{month.CompanyId}/breakdown?granularity=GRANULARITY_DAY&page_size=1000"
        + $"&start_time={Instant(month.FromMs)}&end_time={Instant(month.ToMs)}"
        + (token.Length > 0 ? $"&page_token={Uri.EscapeDataString(token)}" : "");

    private static string Instant(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString(
        "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

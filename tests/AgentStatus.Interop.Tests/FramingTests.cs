using System.Net;

namespace AgentStatus.Interop.Tests;

/// <summary>Bytes that no gRPC library would send, over plain HTTP/2: the statuses are those that gRPC for .NET gives
/// them.</summary>
public sealed class FramingTests(SharedServer server) : IDisposable
{
    private const string Path = "/agentstatus.v1.AgentStatusService/ClassifyRingTarget";
    private const string Ring = "08011001";
    private const string Invalid = "3";
    private const string Internal = "13";
    private const string Unknown = "2";
    private const string TooLarge = "8";
    private const string Unimplemented = "12";

    private readonly HttpClient _http = new();

    public void Dispose() => _http.Dispose();

    [Theory]
    [InlineData("00 00000004 08011001", "0")]
    [InlineData("", Internal)] // nothing at all
    [InlineData("00 0000", Internal)] // half a prefix
    [InlineData("00 00000004 0801", Internal)] // half a message
    [InlineData("00 00000004 08011001 00 00000004 08011001", Internal)] // two messages
    [InlineData("00 00000004 08011001 ff", Internal)] // and a byte more
    [InlineData("01 00000004 08011001", Internal)] // says that it is compressed, but not how
    [InlineData("07 00000004 08011001", Unknown)] // no flag that there is
    [InlineData("00 7fffffff 0801", TooLarge)] // 2 GB are announced
    [InlineData("00 ffffffff 0801", Unknown)] // more than any message may have
    public async Task A_request_with_these_bytes_ends_with(string hex, string status) =>
        Assert.Equal(status, await StatusAsync(hex));

    [Theory]
    [InlineData("gzip", "01 00000004 08011001", Unknown)] // no gzip at all
    [InlineData("gzip", "01 0000000a 1f8b0800000000000003", Invalid)] // cut short: unpacked, it is an empty message
    [InlineData("gzip", "00 00000004 08011001", "0")] // not compressed, as every message may be
    [InlineData("identity", "00 00000004 08011001", "0")]
    [InlineData("brotli", "01 00000004 08011001", Unimplemented)]
    public async Task A_request_in_this_encoding_ends_with(string encoding, string hex, string status) =>
        Assert.Equal(status, await StatusAsync(hex, ("grpc-encoding", encoding)));

    [Theory]
    [InlineData("0S")]
    [InlineData("-1S")]
    [InlineData("soon")]
    [InlineData("99999999999H")]
    public async Task An_odd_deadline_harms_nobody(string timeout) =>
        Assert.Contains(await StatusAsync($"00 00000004 {Ring}", ("grpc-timeout", timeout)), (string[])["0", "4"]);

    [Fact]
    public async Task What_is_no_grpc_is_refused_by_http()
    {
        using var page = await SendAsync(HttpMethod.Get, "/", content: null);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        using var json = await SendAsync(HttpMethod.Post, Path, new StringContent("{}"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, json.StatusCode);
    }

    private async Task<string> StatusAsync(string hex, params (string Name, string Value)[] headers)
    {
        using var content = new ByteArrayContent(Convert.FromHexString(hex.Replace(" ", "")));
        content.Headers.ContentType = new("application/grpc");
        using var response = await SendAsync(HttpMethod.Post, Path, content, headers);
        await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var fields = response.Headers.Concat(response.TrailingHeaders);
        return fields.Single(field => field.Key == "grpc-status").Value.Single();
    }

    private Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, $"http://{server.Address}{path}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.ParseAdd("trailers");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return _http.SendAsync(request);
    }
}

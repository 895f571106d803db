using System.IO.Compression;

namespace AgentStatus.Server.Tests.Http;

/// <summary>How the page's files are served; what they say is tested elsewhere.</summary>
public sealed class PageTests : HttpTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/index.html")]
    public async Task The_page_is_there_and_loads_nothing_of_others(string path)
    {
        using var response = await Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("<title>AgentStatus</title>", await response.Content.ReadAsStringAsync());
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task A_file_is_asked_for_each_time_and_sent_when_it_has_changed()
    {
        using var first = await Client.GetAsync("/");
        Assert.Equal("no-cache", $"{first.Headers.CacheControl}");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Files_and_answers_are_compressed(string encoding)
    {
        foreach (var path in (string[])["/", "/v1/companies/1/hours"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path)
            {
                Headers = { AcceptEncoding = { new(encoding) } },
            };
            using var response = await Client.SendAsync(request);
            Assert.Equal(encoding, Assert.Single(response.Content.Headers.ContentEncoding));
            await using var packed = await response.Content.ReadAsStreamAsync();
            await using Stream unpacked = encoding == "br"
                ? new BrotliStream(packed, CompressionMode.Decompress)
                : new GZipStream(packed, CompressionMode.Decompress);
            using var reader = new StreamReader(unpacked);
            var text = await reader.ReadToEndAsync();
            using var plain = await Client.GetAsync(path);
            Assert.Equal(await plain.Content.ReadAsStringAsync(), text);
        }
    }

    [Theory]
    [InlineData("/../appsettings.json")]
    [InlineData("/%2e%2e/appsettings.json")]
    [InlineData("/..%2fappsettings.json")]
    [InlineData("/appsettings.json")]
    [InlineData("/AgentStatus.Server.dll")]
    public async Task Nothing_else_of_the_disk_is_served(string path) =>
        await JsonAsync(Client.GetAsync(path), HttpStatusCode.NotFound);

    [Fact]
    public async Task Answers_are_not_kept()
    {
        using var response = await Client.GetAsync("/v1/companies/1/hours");
        Assert.Equal("no-store", $"{response.Headers.CacheControl}");
    }
}

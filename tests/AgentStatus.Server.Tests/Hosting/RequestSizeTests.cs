using Grpc.Core;

namespace AgentStatus.Server.Tests.Hosting;

/// <summary>Requests that are larger than any valid one, or become so.</summary>
public sealed class RequestSizeTests() : ServerTests(Now)
{
    private static readonly DateTimeOffset Now = new(2026, 3, 3, 12, 0, 0, TimeSpan.Zero);
    private static readonly Metadata Gzip = new() { { "grpc-internal-encoding-request", "gzip" } };

    /// <summary>A field that no request has: number 1000, of bytes.</summary>
    private static readonly byte[] UnknownField = [0xC2, 0x3E];

    private CallInvoker Invoker => Server.Channel.CreateCallInvoker();

    [Fact]
    public async Task The_largest_valid_requests_fit_four_times()
    {
        var group = new ClassifyRingTargetsRequest { CompanyId = long.MaxValue };
        (group.CallId, group.RingGroupId) = (long.MaxValue, long.MaxValue);
        var window = Window();
        for (var i = 0; i < Limits.RingTargets; i++)
        {
            group.Targets.Add(new RingTarget { AgentId = long.MaxValue - i, Outcome = RingOutcome.Answered });
            window.AgentIds.Add(long.MaxValue - i);
        }

        Assert.InRange(4 * group.CalculateSize(), 0, ServerLimits.RequestBytes);
        Assert.InRange(4 * window.CalculateSize(), 0, ServerLimits.RequestBytes);
        Assert.Equal(Limits.RingTargets, (await Server.Service.ClassifyRingTargetsAsync(group, Gzip)).Results.Count);
        Assert.Equal(Limits.BreakdownAgents, (await Server.Service.GetBreakdownAsync(window, Gzip)).Agents.Count);
    }

    [Fact]
    public async Task A_larger_request_is_RESOURCE_EXHAUSTED()
    {
        foreach (var method in RawRequests.Unary)
        {
            var isBatch = method == "RecordStatuses";
            var large = Unknown(isBatch ? ServerLimits.BatchRequestBytes : ServerLimits.RequestBytes);
            Assert.Equal(StatusCode.ResourceExhausted, await RawRequests.SendAsync(Invoker, method, large));
            Assert.NotEqual(StatusCode.ResourceExhausted, await RawRequests.SendAsync(Invoker, method, large[..^10]));
        }

        Assert.Equal(
            StatusCode.ResourceExhausted,
            await RawRequests.StreamAsync(Invoker, Unknown(ServerLimits.RequestBytes)));
    }

    [Fact]
    public async Task A_refusal_of_a_larger_request_names_the_limit_on_a_stream_too()
    {
        var large = new StreamRingTargetsRequest();
        large.MergeFrom(Unknown(ServerLimits.RequestBytes));
        using var stream = Server.Service.StreamRingTargets();
        await stream.RequestStream.WriteAsync(new() { CompanyId = 1 });
        Assert.True(await stream.ResponseStream.MoveNext(CancellationToken.None));

        // The refusal may come while the request is still being written.
        var writing = stream.RequestStream.WriteAsync(large);
        var refused = await Refused.ByAsync(() => stream.ResponseStream.MoveNext(CancellationToken.None));
        await Task.WhenAny(writing);
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains($"RequestBytes is {ServerLimits.RequestBytes}", refused.Message);
    }

    [Fact]
    public async Task A_request_that_grows_when_it_is_decompressed_is_RESOURCE_EXHAUSTED()
    {
        var fields = new UnknownFieldsRequest(3_000_000);
        var refused = await Refused.ByAsync(() => fields.SendAsync(Invoker, Gzip));
        Assert.Equal(StatusCode.ResourceExhausted, refused.Code);
        Assert.Contains($"RequestBytes is {ServerLimits.RequestBytes}", refused.Message);
        await new UnknownFieldsRequest(ServerLimits.RequestBytes - 10).SendAsync(Invoker, Gzip);
    }

    [Fact]
    public async Task Unknown_fields_are_dropped()
    {
        foreach (var agentId in (long[])[1, 2])
        {
            await Server.Service.RecordAsync(V1.AgentStatus.Online, Times.At(Now.AddHours(-1)), agentId: agentId);
        }

        var window = Window();
        (window.CompanyId, window.PageSize) = (1, 1);
        var known = (await Server.Service.GetBreakdownAsync(window)).NextPageToken;

        // The token is bound to what the server kept of the request.
        var more = GetBreakdownRequest.Parser.ParseFrom([.. window.ToByteArray(), .. Unknown(100)]);
        Assert.Equal(known, (await Server.Service.GetBreakdownAsync(more)).NextPageToken);
    }

    private static GetBreakdownRequest Window() => new()
    {
        CompanyId = long.MaxValue,
        StartTime = Times.At(Now.AddHours(-2)),
        EndTime = Times.At(Now),
    };

    /// <summary>A message of one field that no request has.</summary>
    private static byte[] Unknown(int bytes) => [.. UnknownField, .. Length(bytes), .. new byte[bytes]];

    private static byte[] Length(int length)
    {
        using var bytes = new MemoryStream();
        using var output = new CodedOutputStream(bytes);
        output.WriteLength(length);
        output.Flush();
        return bytes.ToArray();
    }

    /// <summary>Good for ClassifyRingTarget, but for a field of many zeros that compress well.</summary>
    private sealed class UnknownFieldsRequest(int bytes)
    {
        private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(
            (byte[] content) => content, content => content);

        private static readonly Method<byte[], byte[]> Method = new(
            MethodType.Unary, AgentStatusService.Descriptor.FullName, "ClassifyRingTarget", Bytes, Bytes);

        public async Task SendAsync(CallInvoker invoker, Metadata headers)
        {
            byte[] known = new ClassifyRingTargetRequest { CompanyId = 1, AgentId = 1 }.ToByteArray();
            await invoker.AsyncUnaryCall(
                Method, null, new CallOptions(headers), [.. known, .. Unknown(bytes - known.Length)]);
        }
    }
}

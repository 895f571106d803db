using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Alpha = Grpc.Reflection.V1Alpha;
using Answered = Grpc.Reflection.V1.ServerReflectionResponse.MessageResponseOneofCase;

namespace AgentStatus.Server.Tests.Grpc;

/// <summary>What clients such as grpcurl ask, in both versions, by a real client of each.</summary>
public sealed class ReflectionTests : IAsyncLifetime
{
    private const string ServiceFile = "agentstatus/v1/agent_status_service.proto";

    private static readonly string[] Services =
    [
        "agentstatus.v1.AgentStatusService",
        "agentstatus.v1.AdminService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
    ];

    private StandardServicesHost _host = null!;

    public static TheoryData<bool> Versions => [false, true];

    public async ValueTask InitializeAsync() => _host = await StandardServicesHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Lists_every_service(bool alpha)
    {
        var answer = Assert.Single(await AskAsync(alpha, new ServerReflectionRequest { ListServices = "*" }));

        Assert.Equal(Services, answer.ListServicesResponse.Service.Select(service => service.Name));
    }

    [Theory]
    [InlineData("agentstatus.v1.AgentStatusService", ServiceFile)]
    [InlineData("agentstatus.v1.AgentStatusService.GetBreakdown", ServiceFile)]
    [InlineData("agentstatus.v1.GetBreakdownRequest", "agentstatus/v1/breakdown.proto")]
    [InlineData("agentstatus.v1.AgentStatus", "agentstatus/v1/status.proto")]
    [InlineData("grpc.health.v1.HealthCheckResponse.ServingStatus", "health.proto")]
    [InlineData("grpc.reflection.v1.ServerReflectionRequest", "grpc/reflection/v1/reflection.proto")]
    [InlineData("google.protobuf.Timestamp", "google/protobuf/timestamp.proto")]
    [InlineData("google.rpc.Status", "google/rpc/status.proto")]
    [InlineData("google.rpc.BadRequest.FieldViolation", "google/rpc/error_details.proto")]
    public async Task Finds_the_file_that_declares_a_symbol(string symbol, string file)
    {
        foreach (var alpha in new[] { false, true })
        {
            var answer = Assert.Single(await AskAsync(alpha, BySymbol(symbol)));
            Assert.Equal(file, FilesOf(answer)[0].Name);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Answers_a_file_with_all_that_it_imports_each_once(bool alpha)
    {
        var answer = Assert.Single(await AskAsync(alpha, ByName(ServiceFile)));

        var files = FilesOf(answer);
        Assert.Equal(ServiceFile, files[0].Name);
        Assert.Distinct(files.Select(file => file.Name));
        Assert.Contains("google/protobuf/duration.proto", files.Select(file => file.Name));
        Assert.Subset(
            files.Select(file => file.Name).ToHashSet(), files.SelectMany(file => file.Dependency).ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Refuses_what_it_does_not_know_and_goes_on(bool alpha)
    {
        ServerReflectionRequest[] bad =
        [
            ByName("agentstatus/v1/nothing.proto"),
            ByName(""),
            BySymbol("agentstatus.v1.Nothing"),
            BySymbol("agentstatus.v1"),
        ];

        var answers = await AskAsync(alpha, [.. bad, new ServerReflectionRequest { ListServices = "" }]);

        Assert.All(answers.SkipLast(1), answer => Assert.NotEmpty(answer.ErrorResponse.ErrorMessage));
        Assert.Equal(
            Enumerable.Repeat(StatusCode.NotFound, bad.Length),
            answers.SkipLast(1).Select(answer => (StatusCode)answer.ErrorResponse.ErrorCode));
        Assert.Equal(Answered.ListServicesResponse, answers[^1].MessageResponseCase);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Every_descriptor_can_be_rebuilt_from_the_answers(bool alpha)
    {
        var answers = await AskAsync(
            alpha, [.. Services.Select(BySymbol), BySymbol("google.rpc.BadRequest"), BySymbol("google.rpc.Status")]);

        var files = answers.SelectMany(FilesOf).DistinctBy(file => file.Name).ToDictionary(file => file.Name);
        var rebuilt = FileDescriptor.BuildFromByteStrings(ImportsFirst(files).Select(file => file.ToByteString()));

        Assert.Equal(files.Count, rebuilt.Count);
        var services = rebuilt.SelectMany(file => file.Services).ToDictionary(service => service.FullName);
        Assert.Equal(Services.Order(StringComparer.Ordinal), services.Keys.Order(StringComparer.Ordinal));
        var record = services[Services[0]].FindMethodByName("RecordStatus");
        Assert.Equal("agentstatus.v1.RecordStatusRequest", record.InputType.FullName);
    }

    [Fact]
    public async Task A_stream_that_idles_ends_with_UNAVAILABLE_when_the_server_stops()
    {
        var client = new ServerReflection.ServerReflectionClient(_host.Channel);
        using var asking = client.ServerReflectionInfo(cancellationToken: _host.Limit);
        await asking.RequestStream.WriteAsync(BySymbol("google.rpc.Status"));
        Assert.True(await asking.ResponseStream.MoveNext(_host.Limit));

        // Announced only: .NET's HTTP client forgets the trailers of a stream whose requests are still open, if the
        // connection closes before they are read.
        _host.AnnounceStop();

        var end = await Assert.ThrowsAsync<RpcException>(() => asking.ResponseStream.MoveNext(_host.Limit));
        Assert.Equal(StatusCode.Unavailable, end.StatusCode);
        await _host.StopAsync();
    }

    private Task<List<ServerReflectionResponse>> AskAsync(bool alpha, params ServerReflectionRequest[] requests)
    {
        if (!alpha)
        {
            var client = new ServerReflection.ServerReflectionClient(_host.Channel);
            return ExchangeAsync(client.ServerReflectionInfo(cancellationToken: _host.Limit), requests, same => same);
        }
        var alphaClient = new Alpha.ServerReflection.ServerReflectionClient(_host.Channel);
        return ExchangeAsync(
            alphaClient.ServerReflectionInfo(cancellationToken: _host.Limit),
            requests.Select(request => Alpha.ServerReflectionRequest.Parser.ParseFrom(request.ToByteString())),
            answer => ServerReflectionResponse.Parser.ParseFrom(answer.ToByteString()));
    }

    private async Task<List<ServerReflectionResponse>> ExchangeAsync<TRequest, TResponse>(
        AsyncDuplexStreamingCall<TRequest, TResponse> exchange,
        IEnumerable<TRequest> requests,
        Func<TResponse, ServerReflectionResponse> read)
    {
        using var asking = exchange;
        var answers = new List<ServerReflectionResponse>();
        foreach (var request in requests)
        {
            await asking.RequestStream.WriteAsync(request);
            Assert.True(await asking.ResponseStream.MoveNext(_host.Limit));
            answers.Add(read(asking.ResponseStream.Current));
        }
        await asking.RequestStream.CompleteAsync();
        Assert.False(await asking.ResponseStream.MoveNext(_host.Limit));
        return answers;
    }

    private static ServerReflectionRequest BySymbol(string symbol) => new() { FileContainingSymbol = symbol };

    private static ServerReflectionRequest ByName(string file) => new() { FileByFilename = file };

    private static List<FileDescriptorProto> FilesOf(ServerReflectionResponse answer) =>
        [.. answer.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom)];

    private static IEnumerable<FileDescriptorProto> ImportsFirst(Dictionary<string, FileDescriptorProto> files)
    {
        IEnumerable<FileDescriptorProto> WithImports(FileDescriptorProto file) =>
            file.Dependency.SelectMany(name => WithImports(files[name])).Append(file);

        return files.Values.SelectMany(WithImports).DistinctBy(file => file.Name);
    }
}

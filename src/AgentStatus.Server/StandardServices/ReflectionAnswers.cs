using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;
using Asked = Grpc.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace AgentStatus.Server.StandardServices;

/// <summary>Answers the requests of one reflection stream, one after another.</summary>
internal sealed class ReflectionAnswers(DescriptorIndex index)
{
    private readonly HashSet<string> _sent = [];

    public ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        var response = new ServerReflectionResponse { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case Asked.ListServices:
                var services = index.ServiceNames.Select(name => new ServiceResponse { Name = name });
                response.ListServicesResponse = new ListServiceResponse { Service = { services } };
                break;
            case Asked.FileByFilename:
                SetFile(response, index.FindFile(request.FileByFilename), $"file {request.FileByFilename}");
                break;
            case Asked.FileContainingSymbol:
                var symbol = request.FileContainingSymbol;
                SetFile(response, index.FindFileOfSymbol(symbol), $"symbol {symbol}");
                break;
            case Asked.FileContainingExtension:
                var (type, number) = (request.FileContainingExtension.ContainingType,
                    request.FileContainingExtension.ExtensionNumber);
                SetFile(response, index.FindFileOfExtension(type, number), $"extension {number} of {type}");
                break;
            case Asked.AllExtensionNumbersOfType:
                SetExtensionNumbers(response, request.AllExtensionNumbersOfType);
                break;
            default:
                SetError(response, StatusCode.InvalidArgument, "message_request: asks for nothing known here");
                break;
        }
        return response;
    }

    private void SetFile(ServerReflectionResponse response, FileDescriptor? file, string what)
    {
        if (file is null)
            SetError(response, StatusCode.NotFound, $"no {what} here");
        else
            response.FileDescriptorResponse = new() { FileDescriptorProto = { WithImports(file) } };
    }

    // Clients take the first file for the one that they asked for: it comes first, and also when it was sent before.
    private IEnumerable<ByteString> WithImports(FileDescriptor asked)
    {
        _sent.Remove(asked.Name);
        return Unsent(asked);
    }

    private IEnumerable<ByteString> Unsent(FileDescriptor file) =>
        _sent.Add(file.Name) ? [file.SerializedData, .. file.Dependencies.SelectMany(Unsent)] : [];

    private void SetExtensionNumbers(ServerReflectionResponse response, string message)
    {
        if (index.FindExtensionNumbers(message) is { } numbers)
        {
            response.AllExtensionNumbersResponse =
                new ExtensionNumberResponse { BaseTypeName = message, ExtensionNumber = { numbers } };
        }
        else
        {
            SetError(response, StatusCode.NotFound, $"no message {message} here");
        }
    }

    private static void SetError(ServerReflectionResponse response, StatusCode code, string message) =>
        response.ErrorResponse = new ErrorResponse { ErrorCode = (int)code, ErrorMessage = message };
}

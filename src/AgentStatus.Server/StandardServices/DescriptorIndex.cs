using Google.Protobuf.Reflection;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace AgentStatus.Server.StandardServices;

/// <summary>Finds the proto file that declares something: by file name, full name or extension. Immutable.</summary>
internal sealed class DescriptorIndex
{
    private readonly Dictionary<string, FileDescriptor> _files = [];
    private readonly Dictionary<string, IDescriptor> _symbols = [];
    private readonly Dictionary<string, SortedList<int, FileDescriptor>> _extensions = [];

    /// <param name="services">What the server serves; their files and all that these import can be found.</param>
    /// <param name="others">Files that no service imports and that clients need all the same: error details.</param>
    public DescriptorIndex(IEnumerable<ServiceDescriptor> services, IEnumerable<FileDescriptor> others)
    {
        var served = services.ToList();
        ServiceNames = [.. served.Select(service => service.FullName).Order(StringComparer.Ordinal)];
        foreach (var file in served.Select(service => service.File).Concat(others))
            Add(file);
    }

    /// <summary>Full names of the services served, in ordinal order.</summary>
    public IReadOnlyList<string> ServiceNames { get; }

    public FileDescriptor? FindFile(string name) => _files.GetValueOrDefault(name);

    /// <param name="symbol">Full name of a service, method, message, field, oneof, enum, its value, extension.</param>
    public FileDescriptor? FindFileOfSymbol(string symbol) => _symbols.GetValueOrDefault(symbol)?.File;

    public FileDescriptor? FindFileOfExtension(string message, int number) =>
        _extensions.GetValueOrDefault(message)?.GetValueOrDefault(number);

    /// <summary>Numbers of the extensions known of a message, ascending; null if there is no such message.</summary>
    public IEnumerable<int>? FindExtensionNumbers(string message) =>
        _symbols.GetValueOrDefault(message) is MessageDescriptor
            ? _extensions.GetValueOrDefault(message)?.Keys ?? Enumerable.Empty<int>()
            : null;

    private void Add(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
            return;

        foreach (var symbol in SymbolsOf(file))
        {
            _symbols.Add(NameOf(symbol), symbol);
            if (symbol is FieldDescriptor { IsExtension: true } extension)
                AddExtension(extension);
        }
        foreach (var import in file.Dependencies)
            Add(import);
    }

    private void AddExtension(FieldDescriptor extension)
    {
        var message = extension.ExtendeeType.FullName;
        if (!_extensions.TryGetValue(message, out var files))
            _extensions.Add(message, files = []);
        files.Add(extension.FieldNumber, extension.File);
    }

    // In protobuf an enum value's name stands beside its enum, as in C; the library for C# puts it below.
    private static string NameOf(IDescriptor symbol) =>
        symbol is EnumValueDescriptor { EnumDescriptor: var type }
            ? type.FullName[..^type.Name.Length] + symbol.Name
            : symbol.FullName;

    private static IEnumerable<IDescriptor> SymbolsOf(FileDescriptor file) =>
    [
        .. file.Services.SelectMany(service => service.Methods.Prepend<IDescriptor>(service)),
        .. file.MessageTypes.SelectMany(SymbolsOf),
        .. file.EnumTypes.SelectMany(SymbolsOf),
        .. file.Extensions.UnorderedExtensions,
    ];

    private static IEnumerable<IDescriptor> SymbolsOf(MessageDescriptor message) =>
    [
        message,
        .. message.Fields.InDeclarationOrder(),
        .. message.Oneofs,
        .. message.NestedTypes.SelectMany(SymbolsOf),
        .. message.EnumTypes.SelectMany(SymbolsOf),
        .. message.Extensions.UnorderedExtensions,
    ];

    private static IEnumerable<IDescriptor> SymbolsOf(EnumDescriptor type) =>
        type.Values.Prepend<IDescriptor>(type);
}

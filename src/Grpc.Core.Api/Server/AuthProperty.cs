using System.Text;

namespace Grpc.Core;

/// <summary>One thing that is known of an authenticated client, such as a name in its certificate. Immutable.</summary>
public sealed class AuthProperty
{
    private readonly byte[] _valueBytes;

    private AuthProperty(string name, byte[] valueBytes)
    {
        Name = name;
        _valueBytes = valueBytes;
    }

    /// <summary>The property's name.</summary>
    public string Name { get; }

    /// <summary>The value, read as UTF-8.</summary>
    public string Value => field ??= Encoding.UTF8.GetString(_valueBytes);

    /// <summary>The value in an array that the caller owns.</summary>
    public byte[] ValueBytes => [.. _valueBytes];

    /// <summary>Makes a property; the bytes are copied.</summary>
    public static AuthProperty Create(string name, byte[] valueBytes)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(valueBytes);
        return new AuthProperty(name, [.. valueBytes]);
    }
}

using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key with its value. Immutable.</summary>
    public sealed class Entry
    {
        // Header-Name of the gRPC specification, "gRPC over HTTP2", and capitals, which are made small.
        private static readonly SearchValues<char> KeyCharacters =
            SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.");

        // Exactly one of the two is set: the text, or (key ends in -bin) the bytes.
        private readonly string? _value;
        private readonly byte[]? _valueBytes;

        /// <summary>Makes a binary entry; the bytes are copied.</summary>
        /// <exception cref="ArgumentException">A bad key, or one that does not end in <c>-bin</c>.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            Key = Normalize(key);
            if (!HasBinarySuffix(Key))
                throw new ArgumentException($"The key of bytes must end in '{BinaryHeaderSuffix}'.", nameof(key));

            ArgumentNullException.ThrowIfNull(valueBytes);
            _valueBytes = [.. valueBytes];
        }

        /// <summary>Makes a text entry. Only ASCII goes over the wire unchanged.</summary>
        /// <exception cref="ArgumentException">A bad key, or one that ends in <c>-bin</c>.</exception>
        public Entry(string key, string value)
        {
            Key = Normalize(key);
            if (HasBinarySuffix(Key))
                throw new ArgumentException($"The key of a text may not end in '{BinaryHeaderSuffix}'.", nameof(key));

            ArgumentNullException.ThrowIfNull(value);
            _value = value;
        }

        /// <summary>The key, in lower case.</summary>
        public string Key { get; }

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value => _value
            ?? throw new InvalidOperationException($"The value of '{Key}' is binary; read its bytes.");

        /// <summary>The bytes of a binary value, or those of the text in ASCII; the caller owns the array.</summary>
        public byte[] ValueBytes => _valueBytes is null ? Encoding.ASCII.GetBytes(_value!) : [.. _valueBytes];

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => _valueBytes is not null;

        /// <inheritdoc />
        public override string ToString() => _valueBytes is null
            ? $"[Entry: key={Key}, value={_value}]"
            : $"[Entry: key={Key}, valueBytes={Convert.ToHexString(_valueBytes)}]";

        internal bool HasKey(string key) => Key.Equals(key, StringComparison.OrdinalIgnoreCase);

        private static bool HasBinarySuffix(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        private static string Normalize(string key)
        {
            ArgumentNullException.ThrowIfNull(key);
            if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(KeyCharacters))
            {
                throw new ArgumentException(
                    $"The key '{key}' is not valid: only letters, digits, underscores, hyphens and dots.", nameof(key));
            }

            // The same string where nothing changes, as in most calls.
            return key.ToLowerInvariant();
        }
    }
}

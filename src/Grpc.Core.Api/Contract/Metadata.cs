using System.Collections;

namespace Grpc.Core;

/// <summary>
/// The headers or the trailers of a call: entries in order, a key any number of times. Keys are lower case; the value
/// of a key that ends in <c>-bin</c> is bytes. Not safe for concurrent writers.
/// </summary>
public sealed partial class Metadata : IList<Metadata.Entry>
{
    /// <summary>How the key of a binary entry ends.</summary>
    public const string BinaryHeaderSuffix = "-bin";

    /// <summary>No entries; cannot be written to.</summary>
    public static readonly Metadata Empty = new(isReadOnly: true);

    // Most calls carry no metadata of their own, so the list waits for its first entry.
    private List<Entry>? _entries;

    /// <summary>Makes metadata without entries.</summary>
    public Metadata()
    {
    }

    private Metadata(bool isReadOnly)
    {
        IsReadOnly = isReadOnly;
    }

    /// <inheritdoc />
    public int Count => _entries?.Count ?? 0;

    /// <inheritdoc />
    public bool IsReadOnly { get; }

    /// <inheritdoc />
    public Entry this[int index]
    {
        get => (_entries ?? throw new ArgumentOutOfRangeException(nameof(index)))[index];
        set => ForWriting(value)[index] = value;
    }

    /// <summary>The last entry of a key, in any case, or null.</summary>
    public Entry? Get(string key)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            if (_entries![i].HasKey(key))
                return _entries[i];
        }

        return null;
    }

    /// <summary>The text of the last entry of a key, in any case, or null.</summary>
    /// <exception cref="InvalidOperationException">The entry is binary.</exception>
    public string? GetValue(string key) => Get(key)?.Value;

    /// <summary>The bytes of the last entry of a key, in any case, or null.</summary>
    public byte[]? GetValueBytes(string key) => Get(key)?.ValueBytes;

    /// <summary>All entries of a key, in any case, in order.</summary>
    public IEnumerable<Entry> GetAll(string key) => this.Where(entry => entry.HasKey(key));

    /// <inheritdoc />
    public void Add(Entry item) => ForWriting(item).Add(item);

    /// <summary>Adds a text entry.</summary>
    public void Add(string key, string value) => Add(new Entry(key, value));

    /// <summary>Adds a binary entry; the key ends in <see cref="BinaryHeaderSuffix" />.</summary>
    public void Add(string key, byte[] valueBytes) => Add(new Entry(key, valueBytes));

    /// <inheritdoc />
    public void Insert(int index, Entry item) => ForWriting(item).Insert(index, item);

    /// <inheritdoc />
    public void RemoveAt(int index) => ForWriting().RemoveAt(index);

    /// <inheritdoc />
    public bool Remove(Entry item) => ForWriting().Remove(item);

    /// <inheritdoc />
    public void Clear() => ForWriting().Clear();

    /// <inheritdoc />
    public int IndexOf(Entry item) => _entries?.IndexOf(item) ?? -1;

    /// <inheritdoc />
    public bool Contains(Entry item) => IndexOf(item) >= 0;

    /// <inheritdoc />
    public void CopyTo(Entry[] array, int arrayIndex) => (_entries ?? []).CopyTo(array, arrayIndex);

    /// <inheritdoc />
    public IEnumerator<Entry> GetEnumerator() => ((IEnumerable<Entry>?)_entries ?? []).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private List<Entry> ForWriting(Entry item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return ForWriting();
    }

    private List<Entry> ForWriting() => IsReadOnly
        ? throw new InvalidOperationException("This metadata is read-only.")
        : _entries ??= [];
}

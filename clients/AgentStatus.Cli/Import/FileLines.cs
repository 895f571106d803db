namespace AgentStatus.Cli.Import;

/// <summary>Divides a stream of UTF-8 into lines, without copying them.</summary>
internal static class FileLines
{
    private const int FirstBytes = 64 * 1024;

    /// <summary>A line of a log or of a JSON event is never as long (1 MiB).</summary>
    private const int MostBytes = 1024 * 1024;

    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>Each line with its number, without its end; blank ones are counted and left out. The bytes are valid
    /// until the next one is asked for.</summary>
    /// <exception cref="CommandFailedException">A line is longer than 1 MiB.</exception>
    public static IEnumerable<(long Number, ReadOnlyMemory<byte> Line)> Of(Stream stream)
    {
        var (buffer, start, end, number) = (new byte[FirstBytes], 0, 0, 0L);
        for (var isLast = false; !isLast;)
        {
            if (start > 0) buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == MostBytes)
                throw new CommandFailedException($"Line {number + 1} is longer than {MostBytes} bytes.");
            if (end == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
            var read = stream.Read(buffer, end, buffer.Length - end);
            isLast = read == 0;
            end += read;
            while (TryTake(buffer.AsSpan(start, end - start), isLast, out var length, out var taken))
            {
                var line = Trimmed(buffer.AsMemory(start, length), isFirst: ++number == 1);
                start += taken;
                if (!line.IsEmpty) yield return (number, line);
            }
        }
    }

    private static bool TryTake(ReadOnlySpan<byte> bytes, bool isLast, out int length, out int taken)
    {
        length = bytes.IndexOf((byte)'\n');
        taken = length + 1;
        if (length >= 0) return true;
        length = taken = bytes.Length;
        return isLast && !bytes.IsEmpty;
    }

    private static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> line, bool isFirst)
    {
        if (isFirst && line.Span.StartsWith(Mark)) line = line[Mark.Length..];
        while (!line.IsEmpty && line.Span[^1] is (byte)'\r' or (byte)' ' or (byte)'\t') line = line[..^1];
        return line;
    }
}

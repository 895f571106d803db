using System.Text;
using Grpc.Core;

namespace Grpc.StandIns.Tests;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("User-Agent", "user-agent")]
    [InlineData("a_b.c-9", "a_b.c-9")]
    public void A_key_becomes_lower_case(string key, string expected) =>
        Assert.Equal(expected, new Metadata.Entry(key, "value").Key);

    [Theory]
    [InlineData("")]
    [InlineData(":path")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("naïve")]
    [InlineData("\u212Aelvin")] // The Kelvin sign, whose lower case is an ordinary k.
    public void A_key_with_other_characters_is_refused(string key) =>
        Assert.Throws<ArgumentException>("key", () => new Metadata.Entry(key, "value"));

    [Fact]
    public void The_suffix_of_the_key_and_the_kind_of_value_agree()
    {
        Assert.Throws<ArgumentException>("key", () => new Metadata.Entry("key-BIN", "text"));
        Assert.Throws<ArgumentException>("key", () => new Metadata.Entry("key", [1]));
        Assert.True(new Metadata.Entry("key-BIN", [1]).IsBinary);
        Assert.False(new Metadata.Entry("key", "text").IsBinary);
    }

    [Fact]
    public void Nulls_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry(null!, "text"));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("key", (string)null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("key-bin", (byte[])null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata { null! });
    }

    [Fact]
    public void Bytes_are_copied_in_and_out()
    {
        byte[] bytes = [1, 2];
        var entry = new Metadata.Entry("key-bin", bytes);

        bytes[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2], entry.ValueBytes);
    }

    [Fact]
    public void A_text_has_bytes_but_bytes_have_no_text()
    {
        Assert.Equal(Encoding.ASCII.GetBytes("text"), new Metadata.Entry("key", "text").ValueBytes);
        Assert.Throws<InvalidOperationException>(() => new Metadata.Entry("key-bin", [1]).Value);
    }

    [Fact]
    public void An_entry_prints_its_key_and_value()
    {
        Assert.Equal("[Entry: key=key, value=text]", new Metadata.Entry("Key", "text").ToString());
        Assert.Equal("[Entry: key=key-bin, valueBytes=01FF]", new Metadata.Entry("key-bin", [1, 255]).ToString());
    }

    [Fact]
    public void Get_finds_the_last_entry_and_GetAll_all_of_them_in_any_case()
    {
        var metadata = new Metadata { { "key", "1" }, { "other", "2" }, { "KEY", "3" }, { "raw-bin", [4] } };

        Assert.Equal("3", metadata.GetValue("Key"));
        Assert.Equal(["1", "3"], metadata.GetAll("kEy").Select(entry => entry.Value));
        Assert.Equal([4], metadata.GetValueBytes("raw-bin")!);
        Assert.Null(metadata.Get("missing"));
        Assert.Null(metadata.GetValue("missing"));
        Assert.Null(metadata.GetValueBytes("missing"));
    }

    [Fact]
    public void It_is_a_list()
    {
        var (a, b, c) = (new Metadata.Entry("a", "1"), new Metadata.Entry("b", "2"), new Metadata.Entry("c", "3"));
        var metadata = new Metadata { a, c };

        metadata.Insert(1, b);
        Assert.Equal([a, b, c], metadata);
        Assert.Equal(1, metadata.IndexOf(b));
        Assert.Contains(b, metadata);

        metadata[0] = c;
        metadata.RemoveAt(1);
        Assert.Equal([c, c], metadata);
        Assert.True(metadata.Remove(c));

        var copy = new Metadata.Entry[2];
        metadata.CopyTo(copy, 1);
        Assert.Equal([null!, c], copy);

        metadata.Clear();
        Assert.Empty(metadata);
    }

    [Fact]
    public void Without_entries_it_answers_like_an_empty_list()
    {
        var metadata = new Metadata();

        Assert.Empty(metadata);
        Assert.Null(metadata.Get("key"));
        Assert.Equal(-1, metadata.IndexOf(new Metadata.Entry("a", "1")));
        Assert.Throws<ArgumentOutOfRangeException>(() => metadata[0]);
        metadata.CopyTo([], 0);
    }

    [Fact]
    public void Empty_cannot_be_written_to()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("key", "value"));
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
        Assert.Empty(Metadata.Empty);
    }
}

using System.Text;
using Chatctl.Bench;

namespace Chatctl.Tests.Bench;

public sealed unsafe class LineFormatTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(39)]
    [InlineData(40)]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(65536)]
    public void A_line_of_any_size_can_be_read_back(int size)
    {
        var format = new LineFormat(size, 0x123456);
        byte[] line = new byte[size];
        format.Write(line, format.Origin(LineKind.Load, 4711), 1L << 40, 3_600_000_000_000);
        fixed (byte* start = line)
        {
            Assert.True(format.TryRead(start, out ulong origin, out ulong number, out ulong due, out _));
            Assert.True(format.IsOfThisRun(origin));
            Assert.False(new LineFormat(size, 0x123457).IsOfThisRun(origin));
            Assert.Equal(LineKind.Load, LineFormat.KindOf(origin));
            Assert.Equal(4711, LineFormat.SenderOf(origin));
            Assert.Equal(1L << 40, LineFormat.Decode(number));
            Assert.Equal(3_600_000_000_000, LineFormat.Decode(due));
        }
    }

    [Theory]
    [InlineData(32)]
    [InlineData(35)]
    [InlineData(64)]
    public void A_change_of_any_byte_is_noticed(int size)
    {
        var format = new LineFormat(size, 1);
        for (int i = 0; i < size; i++)
        {
            byte[] line = new byte[size];
            format.Write(line, format.Origin(LineKind.Load, 1), 2, 3);
            line[i] ^= 1;
            fixed (byte* start = line)
            {
                Assert.False(format.TryRead(start, out _, out _, out _, out _), $"byte {i}");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(123_456_789_012_345)]
    [InlineData(LineFormat.LargestField)]
    public void A_field_is_eight_printable_characters(long value)
    {
        ulong field = LineFormat.Encode(value);
        Assert.Equal(value, LineFormat.Decode(field));
        Assert.All(BitConverter.GetBytes(field), b => Assert.InRange(b, (byte)'0', (byte)'o'));
    }

    [Fact]
    public void A_line_contains_one_line_end_at_its_end()
    {
        var format = new LineFormat(100, 5);
        byte[] line = new byte[100];
        format.Write(line, format.Origin(LineKind.End, 0), 77, 0);
        Assert.Equal(99, Array.IndexOf(line, (byte)'\n'));
        Assert.All(line[..99], b => Assert.True(char.IsBetween((char)b, '0', 'o'), Encoding.ASCII.GetString(line)));
    }
}

using System.Globalization;
using System.Text;

namespace Chatctl.Core.Tests;

public sealed class AllocationTests
{
    private const int Members = 20;
    private const int Lines = 5_000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_warm_up_a_line_and_a_delivery_allocate_nothing(bool echo)
    {
        using var venue = new Venue(new RoomOptions { Echo = echo, MaxLineBytes = 64, BufferBytes = 1024 * RoomOptions.Segments });
        IMember[] members = [.. Enumerable.Range(0, Members).Select(_ => venue.Join().Member)];
        byte[] scratch = new byte[256];
        CheckThatNothingIsAllocated(() => Relay(members, scratch));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_warm_up_a_line_of_a_session_and_its_ack_allocate_nothing(bool echo)
    {
        using var venue = new Venue(new RoomOptions { Echo = echo, MaxLineBytes = 64, BufferBytes = 1024 * RoomOptions.Segments, History = 1 });
        IMember[] members = [.. Enumerable.Range(0, Members).Select(_ => venue.Join().Member)];
        byte[] scratch = new byte[256];
        for (int i = 0; i < members.Length; i += 2)
        {
            members[i].Receive(Encoding.ASCII.GetBytes($"CHATCTL/1 {{\"name\":\"member {i}\"}}\n"));
        }

        long n = 1_000_000;
        CheckThatNothingIsAllocated(() => RelaySessions(members, scratch, ref n));
    }

    private static void CheckThatNothingIsAllocated(Func<long> relay)
    {
        long delivered = relay();

        // A garbage collection that another test causes can empty a shared pool once. An allocation a line would show in every attempt.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            delivered += relay();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(delivered >= 2L * Lines * (Members - 1));
    }

    /// <summary>
    /// Every other member has a session. The sessions talk in turn, each line with a number, and a plain member does now and then. Every few lines, each
    /// takes what is pending, with its acks. Returns the count of bytes taken.
    /// </summary>
    private static long RelaySessions(IMember[] members, byte[] scratch, ref long n)
    {
        const int Start = 25;
        Span<byte> line = stackalloc byte[64];
        long taken = 0;
        for (int i = 0; i < Lines; i++)
        {
            "{\"text\":\"a \\\"line\\\"\",\"n\":"u8.CopyTo(line);
            n++.TryFormat(line[Start..], out int digits, default, CultureInfo.InvariantCulture);
            "}\n"u8.CopyTo(line[(Start + digits)..]);
            members[i * 6 % members.Length].Receive(line[..(Start + digits + 2)]);
            members[(i * 6 % members.Length) + 1].Receive("a plain line\n"u8);
            for (int j = 0; i % 5 == 0 && j < members.Length; j++)
            {
                taken += Take(members[j], scratch);
            }
        }

        return taken;
    }

    private static long Take(IMember member, byte[] scratch)
    {
        long taken = 0;
        while (member.Pending(scratch, out ReadOnlyMemory<byte> bytes) == Outbound.Bytes)
        {
            member.Sent(bytes.Length);
            taken += bytes.Length;
        }

        return taken;
    }

    /// <summary>
    /// The members talk in turn, in chunks of two and a half lines. Every few lines, each takes what is pending. Returns the count of bytes
    /// taken.
    /// </summary>
    private static long Relay(IMember[] members, byte[] scratch)
    {
        long taken = 0;
        for (int line = 0; line < Lines; line++)
        {
            IMember speaker = members[line * 7 % members.Length];
            speaker.Receive("a line\nanother\nand half"u8);
            speaker.Receive(" of one\n"u8);
            for (int i = 0; line % 5 == 0 && i < members.Length; i++)
            {
                taken += Take(members[i], scratch);
            }
        }

        return taken;
    }
}

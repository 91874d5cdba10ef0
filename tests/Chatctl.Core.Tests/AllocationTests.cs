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
        long delivered = Relay(members, scratch);

        // A garbage collection that another test causes can empty a shared pool once. An allocation a line would show in every attempt.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            delivered += Relay(members, scratch);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(delivered >= 2L * Lines * (Members - 1));
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
                while (members[i].Pending(scratch, out ReadOnlyMemory<byte> bytes) == Outbound.Bytes)
                {
                    members[i].Sent(bytes.Length);
                    taken += bytes.Length;
                }
            }
        }

        return taken;
    }
}

using System.Net.Sockets;
using System.Text;

namespace Chatctl.Conformance.Venue;

/// <summary>Lines to send, and checks of what arrives.</summary>
internal static class Lines
{
    /// <summary>The size of a block.</summary>
    public const int BlockBytes = 64 << 10;

    // Much more than the smallest window and the kernel's buffers of two connections together.
    public const int ManyBlocks = 1024;

    // More than the smallest window and the kernel's buffers of one connection together.
    public const int FewBlocks = 256;

    /// <summary>Numbered lines of one writer.</summary>
    public static string Numbered(string writer, int count, int first = 0) =>
        string.Concat(Enumerable.Range(first, count).Select(i => $"{writer} {i} {new string('.', i % 60)}\n"));

    /// <summary>A block of 64 lines that differs from all other blocks.</summary>
    public static byte[] Block(int number)
    {
        byte[] block = new byte[BlockBytes];
        for (int i = 0; i < block.Length; i += 1024)
        {
            block.AsSpan(i, 1023).Fill((byte)('a' + (number + i) % 26));
            Encoding.Latin1.GetBytes($"{number}.{i} ", block.AsSpan(i));
            block[i + 1023] = (byte)'\n';
        }

        return block;
    }

    /// <summary>Sends many blocks, one after the other.</summary>
    public static async Task SendBlocksAsync(this Peer peer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await peer.SendAsync(Block(i));
        }
    }

    /// <summary>Sends blocks as fast as the server takes them, until the connection ends.</summary>
    public static async Task FloodAsync(Peer peer)
    {
        byte[] block = Block(0);
        try
        {
            while (true)
            {
                await peer.SendAsync(block);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The connection has ended, as expected.
        }
    }

    /// <summary>Shows that the peer gets many blocks.</summary>
    public static async Task HearsBlocksAsync(this Peer peer, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await peer.HearsAsync(Block(i));
        }
    }

    /// <summary>
    /// Sends blocks. Each is sent when all listeners have heard the one before, so no listener is ever slow, even on a busy machine. The room's time passes
    /// meanwhile, so that senders that are held back go on.
    /// </summary>
    public static async Task IsHeardInStepAsync(this Relay relay, Peer sender, Peer[] listeners)
    {
        Task talking = TalkAsync();
        while (await Task.WhenAny(talking, Task.Delay(5)) != talking)
        {
            relay.Clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        await talking;

        async Task TalkAsync()
        {
            for (int i = 0; i < FewBlocks; i++)
            {
                byte[] block = Block(i);
                await sender.SendAsync(block);
                await Task.WhenAll(listeners.Select(one => one.HearsAsync(block)));
            }
        }
    }

    /// <summary>Sends text in pieces of any size.</summary>
    public static async Task SendInPiecesAsync(this Peer peer, string text, Random random)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int start = 0; start < bytes.Length;)
        {
            int length = Math.Min(random.Next(1, 2000), bytes.Length - start);
            await peer.SendAsync(bytes.AsMemory(start, length));
            start += length;
        }
    }

    /// <summary>The lines of one writer in what was heard.</summary>
    public static string Of(string writer, string heard) => Select(heard, line => line.StartsWith($"{writer} ", StringComparison.Ordinal));

    /// <summary>The lines of all writers except one.</summary>
    public static string NotOf(string writer, string heard) => Select(heard, line => !line.StartsWith($"{writer} ", StringComparison.Ordinal));

    private static string Select(string heard, Func<string, bool> choose) =>
        string.Concat(heard.Split('\n').SkipLast(1).Where(choose).Select(line => $"{line}\n"));
}

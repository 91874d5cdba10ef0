using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Chatctl.Tests.Connect.Sessions;

/// <summary>A session over connections that are reset again and again, in both directions, at places that chance picks.</summary>
public sealed class UnsteadyServerTests
{
    private const int Lines = 3000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Every_line_arrives_once_and_in_order_in_both_directions(int seed)
    {
        var random = new Random(seed);
        using var server = new ScriptedServer();
        using var tool = ToolProcess.Start("connect", server.Address, "-N", "ann", "--retry", "--since", "all");
        string[] input = [.. Enumerable.Range(1, Lines).Select(n => $"{n} {new string('é', random.Next(40))}\"\\")];
        Task sending = tool.SendAsync(string.Concat(input.Select(line => line + "\n"))).ContinueWith(_ => tool.CloseInput(), TaskScheduler.Default);
        Task<ToolResult> finishing = tool.FinishAsync();
        var taken = new List<string>();
        long highest = 0;

        // Each connection gets a part of what is left, and is then reset. The last one is not.
        for (int connection = 0; connection < 8; connection++)
        {
            bool isLast = connection == 7;
            using SessionPeer peer = await SessionPeer.AcceptAsync(server);
            long since = peer.Hello.GetProperty("since").GetString() is { } position && position.Contains(':', StringComparison.Ordinal)
                ? long.Parse(position.Split(':')[1], CultureInfo.InvariantCulture)
                : 0;
            await peer.SendAsync(peer.Answer(first: since + 1, resumed: connection > 0, name: "ann"));
            var said = new StringBuilder();
            long until = isLast ? Lines : Math.Min(Lines, since + random.Next(600));
            for (long seq = since + 1; seq <= until; seq++)
            {
                said.Append(SessionPeer.Line(seq, $"line {seq}"));
            }

            byte[] bytes = Encoding.UTF8.GetBytes(said.ToString());
            int cut = isLast ? bytes.Length : random.Next(bytes.Length + 1);

            // Whole lines first, because acks come between lines. The last one is cut at the end.
            int whole = bytes.AsSpan(0, cut).LastIndexOf((byte)'\n') + 1;
            await peer.Peer.SendAsync(bytes.AsMemory(0, whole));
            int wanted = isLast ? int.MaxValue : random.Next(600);
            try
            {
                for (int line = 0; line < wanted; line++)
                {
                    JsonElement element = JsonDocument.Parse(await peer.ReadLineAsync()).RootElement;
                    long n = element.GetProperty("n").GetInt64();
                    if (n > highest)
                    {
                        Assert.Equal(highest + 1, n);
                        highest = n;
                        taken.Add(element.GetProperty("text").GetString()!);
                    }

                    if (random.Next(20) == 0 || n == Lines)
                    {
                        await peer.SendAsync(SessionPeer.Ack(n));
                    }
                }
            }
            catch (Exception e) when (e is EndOfStreamException && isLast)
            {
                // The client has said everything.
            }

            await peer.SendAsync(Encoding.UTF8.GetString(bytes, whole, cut - whole));
            if (isLast)
            {
                peer.Peer.Finish();
            }
            else
            {
                peer.Peer.Reset();
            }
        }

        ToolResult result = await finishing.Guard();
        Assert.Equal(input, taken);
        Assert.Equal(string.Concat(Enumerable.Range(1, Lines).Select(seq => $"line {seq}\n")), result.Text);
        Assert.Equal(0, result.ExitCode);
        Assert.DoesNotContain("twice", result.Error, StringComparison.Ordinal);
        await sending;
    }
}

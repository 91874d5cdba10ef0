using System.Net;
using System.Text;

namespace Chatctl.Demo;

/// <summary>One member of the demonstration's room. It sends its lines, and keeps what it receives.</summary>
/// <param name="name">What the report calls it.</param>
/// <param name="lines">What it sends.</param>
/// <param name="pause">How long it waits between two lines.</param>
internal abstract class DemoMember(string name, IReadOnlyList<string> lines, TimeSpan pause) : IDisposable
{
    private Thread? _life;
    private string? _fault;

    /// <summary>What the report calls it.</summary>
    public string Name => name;

    /// <summary>What it sends, without the ends of the lines.</summary>
    public IReadOnlyList<string> Sent => lines;

    /// <summary>Whether it gets what is said from now on, if the server has accepted its connection.</summary>
    public virtual bool HasJoined => true;

    /// <summary>What it has received.</summary>
    public ReceivedLines Received { get; } = new();

    /// <summary>What went wrong first with its connection; null if nothing did. Read it after <see cref="AwaitEnd"/>. It then stays the same.</summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>Joins the room, and receives until the server ends the connection.</summary>
    /// <param name="room">Where the room is.</param>
    public void Join(IPEndPoint room)
    {
        Connect(room);

        // A background thread: if the demonstration is interrupted, nothing waits for the members.
        _life = new Thread(() => SetFault(Receive(room))) { IsBackground = true, Name = name };
        _life.Start();
    }

    /// <summary>Starts to send some of its lines, on a thread of its own.</summary>
    /// <param name="part">Which.</param>
    public void Send(Range part) => new Thread(() => SendAll([.. lines.Take(part)])) { IsBackground = true, Name = $"{name}: input" }.Start();

    /// <summary>Tells the server that no more lines come. The server then confirms what it has got, and closes.</summary>
    public abstract void EndInput();

    /// <summary>Waits until the server has closed the connection.</summary>
    /// <param name="patience">How long to wait at most.</param>
    public void AwaitEnd(TimeSpan patience)
    {
        if (_life?.Join(patience) == false)
        {
            SetFault("the server did not end the connection");
        }
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Connects, if that is not part of <see cref="Receive"/>.</summary>
    /// <param name="room">Where the room is.</param>
    protected abstract void Connect(IPEndPoint room);

    /// <summary>Puts what arrives into <see cref="Received"/>, until the connection ends.</summary>
    /// <param name="room">Where the room is.</param>
    /// <returns>What went wrong; null if nothing did.</returns>
    protected abstract string? Receive(IPEndPoint room);

    /// <summary>Writes one line.</summary>
    /// <param name="line">With its end.</param>
    /// <exception cref="IOException">The connection is gone. The receiving side says why.</exception>
    protected abstract void Write(ReadOnlySpan<byte> line);

    // The connection may still end after AwaitEnd has given up. That is too late, so the first fault stays.
    private void SetFault(string? fault) => Interlocked.CompareExchange(ref _fault, fault, null);

    private void SendAll(IReadOnlyList<string> part)
    {
        try
        {
            foreach (string line in part)
            {
                Write(Encoding.UTF8.GetBytes($"{line}\n"));
                Thread.Sleep(pause);
            }
        }
        catch (IOException)
        {
            // The connection has failed. The receiving side reports it, and the verdict counts the missing lines.
        }
    }
}

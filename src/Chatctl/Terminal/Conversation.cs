using System.Runtime.Versioning;
using Chatctl.Connect;
using Chatctl.Io;

namespace Chatctl.Terminal;

/// <summary>
/// A person at a terminal: the line that is typed and the lines that arrive. It begins when it is created and ends when it is disposed.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class Conversation : IDisposable
{
    private readonly Display _display;
    private readonly Chat? _chat;
    private readonly TerminalInput _input = new();
    private readonly TerminalLease _lease;
    private readonly KeyReader _keys = new();
    private readonly byte[] _read = new byte[4096];
    private readonly Stream _diagnostics = StandardStreams.Diagnostics;

    /// <summary>
    /// Takes over standard input and standard output. If standard error is a terminal, it also takes over the messages that go there.
    /// </summary>
    /// <param name="chat">How to show a session; null if there is none, and bytes come.</param>
    /// <exception cref="IOException">The terminal has gone.</exception>
    public Conversation(ChatOptions? chat)
    {
        var palette = Palette.Choose(isPlain: false, Environment.GetEnvironmentVariable);
        _display = new Display(StandardStreams.Output, () => TerminalMode.Size, palette, chat is null ? null : Words);
        _chat = chat is null ? null : new Chat(new Transcript(palette), _display, _input.Add, chat);
        Streams = new LocalStreams(_input, new TerminalOutput(_display.Print), WatchedDescriptor: 1, IsConversation: true) { Chat = _chat };
        _lease = new TerminalLease(_display);
        if (StandardStreams.ErrorIsTerminal)
        {
            StandardStreams.Diagnostics = new TerminalOutput(text => _display.Print(text, _diagnostics));
        }

        _lease.Begin();
        new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
    }

    /// <summary>The lines that the person enters, and the output that what arrives is printed to.</summary>
    public LocalStreams Streams { get; }

    public void Dispose()
    {
        TerminalLease.Attempt(_display.Finish);
        TerminalLease.Attempt(() => _chat?.Finish());
        _lease.Dispose();
        StandardStreams.Diagnostics = _diagnostics;
    }

    private IEnumerable<string> Words(bool isAtStart) => _chat!.Words(isAtStart);

    private void ReadKeys()
    {
        try
        {
            while (TakeKeys())
            {
                // Until the person ends the input. What is typed after that is for another program.
            }
        }
        catch (IOException)
        {
            // The terminal has gone, so the input has ended.
        }

        _lease.End();
        _input.Complete();
    }

    /// <summary>Waits for keys and obeys them.</summary>
    /// <returns>False at the end of input.</returns>
    private bool TakeKeys()
    {
        int count = StandardStreams.Input.Read(_read, 0, _read.Length);
        _lease.ResumeIfRunning();
        foreach (Key key in _keys.Read(_read.AsSpan(0, count)))
        {
            switch (_display.Apply(key, out IReadOnlyList<string> entered))
            {
                case Outcome.Entered when _chat is not null:
                    if (!_chat.Enter(entered))
                    {
                        return false;
                    }

                    break;
                case Outcome.Pasted when _chat is not null:
                    _chat.Say(entered);
                    break;
                case Outcome.Entered or Outcome.Pasted:
                    _input.Add(entered);
                    break;
                case Outcome.Ended:
                    return false;
                case Outcome.Interrupted:
                    _lease.Interrupt();
                    break;
                case Outcome.Suspended:
                    _lease.Suspend();
                    break;
            }
        }

        return count > 0;
    }
}

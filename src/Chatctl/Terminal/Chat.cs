using System.Text;
using Chatctl.Connect.Sessions;

namespace Chatctl.Terminal;

/// <summary>How a person wants to see a session.</summary>
/// <param name="Bell">Whether to ring the bell when somebody says this member's name.</param>
/// <param name="Times">Whether to show the time before each line.</param>
internal sealed record ChatOptions(bool Bell, bool Times);

/// <summary>
/// A person in a session: shows what the server tells, and does what the person enters. An own line waits below the others until the server has
/// acknowledged it, and then stands among them. Lines that came a moment before it into the room may still be on their way then.
/// </summary>
/// <remarks>
/// The client's thread and the thread of the keys call it. The gate is held while the window shows something, so that everything appears in one order.
/// </remarks>
/// <param name="transcript">What things look like.</param>
/// <param name="window">Where they are shown.</param>
/// <param name="say">Gets the lines that are to be sent.</param>
/// <param name="options">What the person wants.</param>
internal sealed class Chat(Transcript transcript, IChatWindow window, Action<IReadOnlyList<string>> say, ChatOptions options) : IChat
{
    private readonly Lock _gate = new();
    private readonly Attendance _attendance = new();
    private readonly OwnLines _own = new();
    private readonly Questions _questions = new();

    // Written under the gate, and read by the thread of the keys without it: that thread may hold the window then.
    private volatile string _name = "";
    private long _id;

    // Lines before this number were said before this member came.
    private long _next;
    private int _longest = int.MaxValue;

    /// <summary>The words that a person may want to complete.</summary>
    public IEnumerable<string> Words(bool isAtStart) =>
        _attendance.Names(_name).Select(name => name + (isAtStart ? ": " : " ")).Concat(isAtStart ? Intention.Commands : []);

    /// <summary>Does what typed lines mean.</summary>
    /// <param name="lines">The lines as they were entered.</param>
    /// <returns>False if the person leaves.</returns>
    public bool Enter(IReadOnlyList<string> lines)
    {
        lock (_gate)
        {
            return lines.All(Obey);
        }
    }

    /// <summary>Says lines as they are, whatever they begin with.</summary>
    public void Say(IReadOnlyList<string> lines)
    {
        lock (_gate)
        {
            // A line that is too long would be refused. So it is not sent and gets no number.
            ILookup<bool, string> fits = lines.ToLookup(line => Encoding.UTF8.GetByteCount(line) <= _longest);
            string[] said = [.. fits[true]];
            Array.ForEach(said, _own.Add);
            Show(string.Concat(fits[false].Select(line => transcript.Refused(line, $"longer than {_longest} bytes"))));

            // The numbers are those of the order in which the lines are sent, so both happen under the gate.
            say(said);
        }
    }

    /// <summary>Leaves what was not acknowledged among the lines. Called when nothing more comes.</summary>
    public void Finish()
    {
        lock (_gate)
        {
            IReadOnlyList<string> rest = _own.TakeUpTo(long.MaxValue);
            if (window.HidesEntered)
            {
                Show(string.Concat(rest.Select(line => transcript.Note(Transcript.Unacknowledged(_name, line)))));
            }
        }
    }

    /// <inheritdoc/>
    public void Begin(IRequests requests)
    {
        lock (_gate)
        {
            _questions.Begin(requests);
        }
    }

    /// <inheritdoc/>
    public void Welcomed(ServerHello hello)
    {
        lock (_gate)
        {
            bool isFirst = _name.Length == 0;
            (_id, _name, _next, _longest) = (hello.Id, hello.Name, isFirst ? hello.Next : _next, hello.MaxText);
            long history = hello.Next - hello.First;
            Show(isFirst && history > 0 ? transcript.Note($"-- history: {history} {(history == 1 ? "line" : "lines")} --") : "");
            _questions.Welcomed();
        }
    }

    /// <inheritdoc/>
    public void Lost()
    {
        lock (_gate)
        {
            _questions.Lost();
        }
    }

    /// <inheritdoc/>
    public void Said(in SaidLine line)
    {
        string? time = options.Times ? Encoding.UTF8.GetString(line.Time) : null;
        string text = transcript.Said(line.From, line.Id, line.Text, time);
        lock (_gate)
        {
            if (line.From is { } from)
            {
                _attendance.Heard(from);
            }

            bool rings = options.Bell && line.Seq >= _next && line.Id != _id && Mention.IsIn(Encoding.UTF8.GetString(line.Text), _name);
            Show(rings ? text + "\a" : text);
        }
    }

    /// <inheritdoc/>
    public void Acknowledged(long n, long seq)
    {
        lock (_gate)
        {
            IReadOnlyList<string> taken = _own.TakeUpTo(n);
            if (window.HidesEntered && taken.Count > 0)
            {
                Show(string.Concat(taken.Select(text => transcript.Said(_name, _id, Encoding.UTF8.GetBytes(text)))));
            }
        }
    }

    /// <inheritdoc/>
    public void Refused(ServerError error)
    {
        lock (_gate)
        {
            string? text = error.N is { } n ? _own.Take(n) : null;
            if (error.Code == "name")
            {
                _questions.NameAnswered();
            }

            Show(transcript.Refused(text, error.Message));
        }
    }

    /// <inheritdoc/>
    public void Named(string name)
    {
        lock (_gate)
        {
            _name = name;
            _questions.NameAnswered();
            Show(transcript.Note($"you are now {Transcript.NameOf(name)}"));
        }
    }

    /// <inheritdoc/>
    public void Present(WhoPage page)
    {
        lock (_gate)
        {
            if (_questions.Present(page, out bool isWanted) is not { } present)
            {
                return;
            }

            _attendance.Replace(present);
            if (isWanted)
            {
                Show(transcript.Who(present.Select(session => session.Name), page.Plain, window.Columns));
            }
        }
    }

    /// <inheritdoc/>
    public void Happened(Presence what, ReadOnlySpan<byte> raw)
    {
        lock (_gate)
        {
            switch (what.Kind)
            {
                case PresenceKind.Join or PresenceKind.Rename when what.Name is { } name:
                    _attendance.Add(what.Id, name);
                    break;
                case PresenceKind.Leave:
                    _attendance.Remove(what.Id);
                    break;
            }

            // A member knows what it did itself.
            if (what.Kind == PresenceKind.Crowd || what.Id != _id)
            {
                Show(transcript.Happened(what));
            }
        }
    }

    /// <inheritdoc/>
    public void Skipped(long first, long last, ReadOnlySpan<byte> raw) => Show(transcript.Skipped(first, last));

    /// <summary>Does what a typed line means. The gate is held.</summary>
    /// <returns>False if the person leaves.</returns>
    private bool Obey(string line)
    {
        switch (Intention.Of(line))
        {
            case Intention.Say said:
                Say([said.Text]);
                break;
            case Intention.AskWho:
                _questions.AskWho();
                break;
            case Intention.Rename rename when !_questions.Rename(rename.Name):
                Show(transcript.Note("there is no connection now; /nick waits for the next one"));
                break;
            case Intention.AskHelp:
                Show(transcript.Help);
                break;
            case Intention.Mistake mistake:
                Show(transcript.Note(mistake.Message));
                break;
            case Intention.Leave:
                return false;
        }

        return true;
    }

    private void Show(string lines)
    {
        lock (_gate)
        {
            window.Show(lines, _own.Rows(_name));
        }
    }
}

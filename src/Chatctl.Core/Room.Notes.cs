using Chatctl.Core.Access;

namespace Chatctl.Core;

/// <content>What happens to a member under the lock, and is logged when the lock is released.</content>
public sealed partial class Room
{
    private readonly List<Note> _notes = [];

    /// <summary>Evicts a member. Under the lock, in a call that logs the notes and wakes the servers afterwards.</summary>
    internal void EvictNow(Member member, EvictionReason reason)
    {
        if (!member.IsEvicted)
        {
            Evict(member, reason);
            _notes.Add(new Note(member, Evicted: reason));
        }
    }

    private Note[] TakeNotes()
    {
        if (_notes.Count == 0)
        {
            return [];
        }

        Note[] notes = [.. _notes];
        _notes.Clear();
        return notes;
    }

    /// <summary>Not under the lock.</summary>
    private void Log(Note[] notes)
    {
        foreach (Note note in notes)
        {
            if (note.Evicted is { } reason)
            {
                LogEvicted(note.Member, reason);
            }
            else if (note.Token is { } answer)
            {
                LogToken(note.Member, answer);
            }
            else
            {
                RoomMessages.Stranger(_logger, note.Member, EvictionReason.Refused.Explain());
            }
        }
    }

    private void LogToken(Member member, TokenAnswer answer)
    {
        switch (answer.Result)
        {
            case TokenResult.Accepted:
                RoomMessages.Recognised(_logger, member, answer.Principal!);
                break;
            case TokenResult.InTheClear:
                RoomMessages.TokenInTheClear(_logger, member);
                break;
            case TokenResult.TooManyGuesses:
                RoomMessages.TooManyGuesses(_logger, member, Seconds(answer.Wait));
                break;
            default:
                RoomMessages.WrongToken(_logger, member);
                break;
        }
    }

    /// <summary>What is to be logged: an eviction, what came of a token, or else that a hello had none.</summary>
    private readonly record struct Note(Member Member, EvictionReason? Evicted = null, TokenAnswer? Token = null);
}

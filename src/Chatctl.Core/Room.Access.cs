using Chatctl.Core.Access;
using Chatctl.Core.Sessions;

namespace Chatctl.Core;

/// <content>
/// Who is who, in a room with an <see cref="IAccess"/>. A member that nobody knows is a stranger: it gets nothing, and may only say hello with a token. All but
/// <see cref="Reconsider"/> and <see cref="LookAtStrangers"/> is under the lock.
/// </content>
public sealed partial class Room
{
    // As long as a handshake may take.
    private static readonly TimeSpan StrangerPatience = TimeSpan.FromSeconds(10);

    private readonly Patience? _strange;

    // How many members are strangers that have not said hello.
    private int _strangers;

    /// <summary>
    /// The answers of the <see cref="IAccess"/> have changed. Evicts the members that may not be in the room any more, or have other rights now. A session that has a name
    /// that is another's now gets another one.
    /// </summary>
    /// <returns>How many members it has evicted.</returns>
    public int Reconsider()
    {
        List<Member>? evicted = null;
        lock (_gate)
        {
            foreach (Member member in _members)
            {
                if (member is { Principal: { } principal, IsEvicted: false } && !_access!.IsStill(principal))
                {
                    Evict(member, EvictionReason.Revoked);
                    (evicted ??= []).Add(member);
                }
            }

            foreach (Member member in _members)
            {
                if (member.Link is { Session: { } session } link && session.Member == member && IsOthers(session.Name, session.Owner)
                    && TryRename(member, link, session, session.Owner!))
                {
                    link.Tell();
                }
            }

            Publish();
        }

        LogEvicted(evicted, EvictionReason.Revoked);
        Wake();
        return evicted?.Count ?? 0;
    }

    /// <summary>Looks who has joined. Nothing was given to the member yet, and nothing of it was taken.</summary>
    private void Recognise(Member member)
    {
        if (_access is null)
        {
            return;
        }

        member.Principal = _access.Identify(member.Peer);
        if (member.Principal is null)
        {
            member.IsStranger = true;
            _strangers++;
            _strange!.Begin(member);
        }

        if (!member.MayRead)
        {
            member.Reader.Cursor.Close();
        }
    }

    /// <summary>Says who a member is that has said hello.</summary>
    /// <param name="member">The member.</param>
    /// <param name="token">The token of its hello; null if there was none.</param>
    /// <param name="principal">Who it is; null also in a room where that does not matter.</param>
    /// <param name="fault">What the member is told if it may not come in.</param>
    private bool TryProve(Member member, string? token, out Principal? principal, out Fault fault)
    {
        principal = member.Principal;
        fault = default;
        if (_access is null || (token is null && principal is not null))
        {
            return true;
        }

        if (token is null)
        {
            fault = new Fault(Fault.Auth, "nobody knows who you are: this room asks for a token");
            _notes.Add(new Note(member));
            return false;
        }

        TokenAnswer answer = _access.Check(member.Peer, token);
        _notes.Add(new Note(member, Token: answer));
        principal = answer.Principal;
        fault = new Fault(Fault.Auth, answer.Result switch
        {
            TokenResult.InTheClear => "a token must not go over a network without encryption, so this one was not looked at: use TLS, and replace the token",
            TokenResult.TooManyGuesses => $"too many wrong tokens have come from your address: wait {Seconds(answer.Wait)} s",
            _ => "the token is not known",
        });
        return principal is not null;
    }

    /// <summary>The time of strangers is up.</summary>
    private void LookAtStrangers()
    {
        List<Member>? evicted = null;
        lock (_gate)
        {
            while (_strange!.TryTake() is { } member)
            {
                if (member is { IsStranger: true, Link: null, IsHeld: false, IsEvicted: false, Index: >= 0 })
                {
                    Evict(member, EvictionReason.Refused);
                    (evicted ??= []).Add(member);
                }
            }
        }

        LogEvicted(evicted, EvictionReason.Refused);
        if (evicted is not null)
        {
            Wake();
        }
    }

    /// <summary>Whether a name belongs to another principal.</summary>
    /// <param name="name">The name.</param>
    /// <param name="owner">The name of the principal who would like to have it.</param>
    private bool IsOthers(string name, string? owner) => _access?.OwnerOf(name) is { } other && other != owner;

    private static long Seconds(TimeSpan time) => (long)Math.Ceiling(time.TotalSeconds);
}

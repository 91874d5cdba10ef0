using System.Net;

namespace Chatctl.Conformance.Tests;

/// <summary>A room that makes servers wait while they hand over bytes, until it is told to go on.</summary>
internal sealed class HeldRoom(IRoom room) : IRoom
{
    private readonly TaskCompletionSource _goesOn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _waits = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when a server waits.</summary>
    public Task Waits => _waits.Task;

    /// <summary>Lets the servers go on, from now on without waiting.</summary>
    public void GoOn() => _goesOn.TrySetResult();

    /// <inheritdoc/>
    public IDoor OpenDoor(Action wake) => new Door(this, room.OpenDoor(wake));

    private void Wait()
    {
        _waits.TrySetResult();
        _goesOn.Task.Wait(TimeSpan.FromMinutes(2));
    }

    private sealed class Door(HeldRoom room, IDoor door) : IDoor
    {
        public IMember Join(Peer peer) => new Member(room, door.Join(peer));

        public IDisposable? Reserve(EndPoint? address) => door.Reserve(address);

        public void Dispose() => door.Dispose();
    }

    private sealed class Member(HeldRoom room, IMember member) : IMember
    {
        public bool WantsInput => member.WantsInput;

        public bool IsEvicted => member.IsEvicted;

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            room.Wait();
            member.Receive(bytes);
        }

        public void EndOfInput() => member.EndOfInput();

        public Outbound Pending(Memory<byte> scratch, out ReadOnlyMemory<byte> bytes) => member.Pending(scratch, out bytes);

        public void Sent(int count) => member.Sent(count);

        public void Leave() => member.Leave();
    }
}

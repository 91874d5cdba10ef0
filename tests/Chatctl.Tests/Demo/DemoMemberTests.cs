using System.Net;
using Chatctl.Demo;

namespace Chatctl.Tests.Demo;

public sealed class DemoMemberTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("reset")]
    public void An_end_that_comes_too_late_does_not_change_what_went_wrong(string? late)
    {
        using var member = new HeldMember(late);
        member.Join(new IPEndPoint(IPAddress.Loopback, 1));
        member.AwaitEnd(TimeSpan.Zero);
        Assert.Equal("the server did not end the connection", member.Fault);
        member.EndInput();
        member.AwaitEnd(Watchdog.Patience);
        Assert.Equal("the server did not end the connection", member.Fault);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("reset")]
    public void An_end_in_time_says_what_went_wrong(string? fault)
    {
        using var member = new HeldMember(fault);
        member.Join(new IPEndPoint(IPAddress.Loopback, 1));
        member.EndInput();
        member.AwaitEnd(Watchdog.Patience);
        Assert.Equal(fault, member.Fault);
    }

    /// <summary>A member without a connection. It ends when its input ends.</summary>
    /// <param name="fault">How its connection ends.</param>
    private sealed class HeldMember(string? fault) : DemoMember("held", [], TimeSpan.Zero)
    {
        private readonly ManualResetEventSlim _end = new();

        public override void EndInput() => _end.Set();

        public override void Dispose() => _end.Dispose();

        protected override void Connect(IPEndPoint room)
        {
            // There is no server.
        }

        protected override string? Receive(IPEndPoint room)
        {
            _end.Wait();
            return fault;
        }

        protected override void Write(ReadOnlySpan<byte> line) => throw new NotSupportedException();
    }
}

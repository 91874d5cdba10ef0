using System.Net;
using System.Net.Sockets;
using Chatctl.Conformance.Venue;
using Chatctl.Core;

namespace Chatctl.Conformance;

/// <summary>
/// What every transport must do, a fact each: derive a class, say which transport it is and what it is capable of, and run it with xunit. Each
/// fact runs real servers of the transport on loopback, against the real room and peers that are plain sockets.
/// </summary>
/// <remarks>
/// The room is watched meanwhile: a call that the contract forbids fails the fact in which it happens. Every wait is bounded by two minutes, and no fact
/// depends on how long something takes. Classes derived from this one do not run at the same time, whatever the test runner is told.
/// </remarks>
[Collection("Chatctl.Conformance")]
public abstract partial class TransportConformance
{
    /// <summary>The transport, as the plugin that registers it. Asked for whenever a fact needs a server; may be made anew each time.</summary>
    protected abstract ITransportPlugin Plugin { get; }

    /// <summary>
    /// The transport of the second server where a room has two: by default <see cref="Plugin"/> once more. Another one shows that the two get on
    /// with each other.
    /// </summary>
    protected virtual ITransportPlugin SecondPlugin => Plugin;

    /// <summary>What the transport is capable of. Default <see cref="TransportCapabilities.All"/>.</summary>
    protected virtual TransportCapabilities Capabilities => TransportCapabilities.All;

    private bool Has(TransportCapabilities capability) => Capabilities.HasFlag(capability);

    /// <summary>A room without servers yet.</summary>
    private Relay OpenRoom(RoomOptions? options = null, IAdmission? admission = null) =>
        new(Plugin, SecondPlugin, options ?? new RoomOptions(), new PeerOptions(Has(TransportCapabilities.Resets)), admission);

    /// <summary>A room with a server.</summary>
    private async Task<Relay> OpenAsync(RoomOptions? options = null)
    {
        Relay relay = OpenRoom(options);
        await relay.ServeAsync(Home(relay));
        return relay;
    }

    /// <summary>Where a server listens when the fact does not care.</summary>
    private EndPoint Home(Relay relay) => Has(TransportCapabilities.Tcp) ? new IPEndPoint(IPAddress.Loopback, 0) : relay.Folder.Socket();

    /// <summary>Shows that an endpoint is refused, with the reason being about this endpoint, and that the server is of no use then.</summary>
    private static async Task<BindException> AssertRefusedAsync(Relay relay, EndPoint endpoint, params EndPoint[] before)
    {
        IBroadcastServer server = relay.Create([.. before, endpoint]);
        BindException refusal = await Assert.ThrowsAsync<BindException>(() => server.StartAsync(CancellationToken.None));
        Assert.Equal(endpoint, refusal.Endpoint);
        Assert.False(string.IsNullOrWhiteSpace(refusal.Reason));
        return refusal;
    }

    /// <summary>Shows that nobody listens at an endpoint.</summary>
    private static async Task AssertNobodyListensAsync(EndPoint endpoint)
    {
        using Socket socket = Sockets.For(endpoint);
        await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(endpoint).Guard());
    }
}

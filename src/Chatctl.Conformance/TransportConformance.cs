using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Chatctl.Conformance.Venue;
using Chatctl.Core;

namespace Chatctl.Conformance;

/// <summary>
/// What every transport must do, one fact for each rule. Derive a class that names the transport and its capabilities, and run it with xunit. Each fact
/// runs real servers of the transport on loopback, with the real room, and with plain sockets as peers.
/// </summary>
/// <remarks>
/// The kit watches the calls to the room: a call that the contract forbids fails the fact. Every wait ends after two minutes at most, and no fact depends
/// on how long something takes. Classes derived from this one never run at the same time.
/// </remarks>
[Collection("Chatctl.Conformance")]
public abstract partial class TransportConformance
{
    /// <summary>The plugin of the transport. Each fact that needs a server gets it; it may be a new object each time.</summary>
    protected abstract ITransportPlugin Plugin { get; }

    /// <summary>
    /// The plugin of the second server, for rooms with two servers. Default <see cref="Plugin"/>. Another transport shows that the two can share a room.
    /// </summary>
    protected virtual ITransportPlugin SecondPlugin => Plugin;

    /// <summary>The capabilities of the transport. Default <see cref="TransportCapabilities.All"/>.</summary>
    protected virtual TransportCapabilities Capabilities => TransportCapabilities.All;

    /// <summary>
    /// The versions of TLS that peers speak, if the transport's schemes have <c>tls</c> and not <c>tcp</c>. Default: those of the system.
    /// </summary>
    protected virtual SslProtocols TlsVersions => SslProtocols.None;

    private bool Has(TransportCapabilities capability) => Capabilities.HasFlag(capability);

    /// <summary>Opens a room without servers.</summary>
    private Relay OpenRoom(RoomOptions? options = null, IAdmission? admission = null) =>
        new(Plugin, SecondPlugin, options ?? new RoomOptions(), new PeerOptions(Has(TransportCapabilities.Resets), TlsVersions), admission);

    /// <summary>Opens a room with a server.</summary>
    private async Task<Relay> OpenAsync(RoomOptions? options = null)
    {
        Relay relay = OpenRoom(options);
        await relay.ServeAsync(Home(relay));
        return relay;
    }

    /// <summary>An endpoint for a fact that may use any.</summary>
    private EndPoint Home(Relay relay) => Has(TransportCapabilities.Tcp) ? new IPEndPoint(IPAddress.Loopback, 0) : relay.Folder.Socket();

    /// <summary>Shows that a server refuses an endpoint, and that the error names this endpoint and a reason.</summary>
    private static async Task<BindException> AssertRefusedAsync(Relay relay, EndPoint endpoint, params EndPoint[] before)
    {
        IBroadcastServer server = relay.Create([.. before, endpoint]);
        BindException refusal = await Assert.ThrowsAsync<BindException>(() => server.StartAsync(CancellationToken.None));
        Assert.Equal(endpoint, refusal.Endpoint);
        Assert.False(string.IsNullOrWhiteSpace(refusal.Reason));
        return refusal;
    }

    /// <summary>Shows that no server listens on an endpoint.</summary>
    private static async Task AssertNoListenerAsync(EndPoint endpoint)
    {
        using Socket socket = Sockets.For(endpoint);
        await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(endpoint).Guard());
    }
}

using Chatctl.Backplanes;

namespace Chatctl.Conformance.Tests.Backplanes;

/// <summary>The log in memory is no plugin, but other tests rely on it as on a real engine.</summary>
public sealed class InMemoryTests : BackplaneConformance
{
    protected override Task<BackplaneEngine> StartEngineAsync() => Task.FromResult<BackplaneEngine>(new Engine());

    private sealed class Engine : BackplaneEngine
    {
        private readonly InMemoryEngine _engine = new();
        private long _mark;

        public override IBackplane CreateNode(string name) => _engine.Node(name);

        public override Task PauseAsync() => Done(_engine.Pause);

        public override Task ResumeAsync() => Done(_engine.Resume);

        public override Task CutAsync() => Done(() =>
        {
            _engine.Pause();
            _engine.Resume();
        });

        public override Task MarkAsync() => Done(() => _mark = _engine.Last);

        public override Task LoseSinceMarkAsync() => Done(() => _engine.LoseLast((int)(_engine.Last - _mark)));

        public override Task TrimFirstAsync(int count) => Done(() => _engine.TrimFirst(count));

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static Task Done(Action action)
        {
            action();
            return Task.CompletedTask;
        }
    }
}

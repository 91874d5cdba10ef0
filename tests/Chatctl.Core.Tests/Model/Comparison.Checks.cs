namespace Chatctl.Core.Tests.Model;

/// <content>What is checked after a step, and which evictions the model takes from the room.</content>
internal sealed partial class Comparison
{
    /// <summary>
    /// If the room has evicted a member because it was slow, or for its unfinished line, the model does the same. Other tests check which member
    /// is evicted, and when. Here the room must have counted the eviction. Under the policy that waits no member is slow, since no time passes: the
    /// member must have had an unfinished line. Under the other policies it must have had something left to take.
    /// </summary>
    private void HeedEviction(IMember real, MemberModel model)
    {
        if (!real.IsEvicted || model.Evicted)
        {
            return;
        }

        bool isUnfinished = _scenario.Options.Slow == SlowPolicy.Wait;
        Check(++_known <= (isUnfinished ? _room.Evictions(EvictionReason.Unfinished) : SlowEvictions), "the member was evicted for no reason");
        Check(
            isUnfinished ? model.Incomplete.Count > 0 : !model.Outstanding.IsEmpty,
            isUnfinished ? "the member was evicted although it had ended its line" : "the member was evicted although there was nothing left to take");
        model.Evicted = model.InputEnded = true;
    }

    private void CheckWindow()
    {
        int count = _room.SegmentCount;
        if (_scenario.Polite)
        {
            Check(count + _room.PinnedCount <= _mostSegments + (_scenario.Options.Slow == SlowPolicy.Wait ? 0 : RoomOptions.MostInUse - RoomOptions.Segments), $"{count} segments are in use although senders were held back");
        }

        if (_members.Find(member => !member.Model.InputEnded) is (not null, _) talker)
        {
            Check(talker.Real.IsEvicted || talker.Real.WantsInput || count >= RoomOptions.Segments || count + _room.PinnedCount >= RoomOptions.MostInUse, $"senders are held back with {count} segments in use");
        }
    }

    private void CheckUnfinished()
    {
        long bytes = _room.UnfinishedBytes;
        long kept = _members.Where(member => !member.Real.IsEvicted).Sum(member => member.Model.Incomplete.Count);
        Check(bytes <= _scenario.Options.MaxUnfinishedBytes, $"unfinished lines take {bytes} bytes");
        Check(bytes >= kept && bytes > 0 == kept > 0, $"unfinished lines of {kept} bytes take {bytes} bytes");
    }

    internal static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}

-- Appends a batch, unless it was taken before.
-- KEYS: the log, its meta, the nodes. ARGV: the node, the batch's number, its bytes, the number of an entry that the node knows to be there.
-- Returns the entry's number; 0 if the node has appended later batches since; -1 if the log has lost something that the node knows to have been there.
local batch = tonumber(ARGV[2])
local meta = redis.call('HMGET', KEYS[2], 'last', 'stamp', 'time')
local last = tonumber(meta[1]) or 0
local seen = redis.call('HGET', KEYS[3], ARGV[1])
if seen then
    local seenBatch, seenNumber = string.match(seen, '^(%d+) (%d+)')
    seenBatch = tonumber(seenBatch)
    if seenBatch == batch then return tonumber(seenNumber) end
    if seenBatch > batch then return 0 end
    if seenBatch + 1 < batch then return -1 end
end
-- What is known of a node is kept for a day. A node that was away for longer cannot know whether its batch was taken.
if not seen and batch > 1 then return -1 end
if last < tonumber(ARGV[4]) then return -1 end

local now = redis.call('TIME')
local time = string.format('%.0f', math.max(now[1] * 1000 + math.floor(now[2] / 1000), tonumber(meta[3]) or 0))
local number = string.format('%.0f', last + 1)
redis.call('XADD', KEYS[1], number .. '-0', 'bytes', ARGV[3], 'node', ARGV[1], 'batch', ARGV[2], 'time', time, 'behind', meta[2] or '')
redis.call('HSET', KEYS[2], 'format', '1', 'last', number, 'stamp', ARGV[1] .. ' ' .. ARGV[2], 'time', time)
redis.call('HSET', KEYS[3], ARGV[1], ARGV[2] .. ' ' .. number .. ' ' .. time)
return last + 1

-- Makes a node known, which shows that the user may write, and finds where it has to begin.
-- KEYS: the log, its meta, the nodes, the states. ARGV: the node.
-- Returns the format, the last entry's number, the number of the first entry that is kept (0 if there is none), and the number and the bytes of the oldest state that
-- all later entries are kept of. The number is -1 if there is none.
local meta = redis.call('HMGET', KEYS[2], 'format', 'last')
local last = tonumber(meta[2]) or 0
local entry = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
local first = entry and tonumber(string.match(entry[1], '^(%d+)-0$')) or 0
local complete = (first > 0 and first or last + 1) - 1
local oldest = -1
for _, key in ipairs(redis.call('HKEYS', KEYS[4])) do
    local number = tonumber(key)
    if number >= complete and (oldest < 0 or number < oldest) then oldest = number end
end

redis.call('HSETNX', KEYS[3], ARGV[1], '0 0')
return { meta[1] or '', last, first, oldest, oldest > 0 and complete > 0 and redis.call('HGET', KEYS[4], string.format('%.0f', oldest)) or '' }

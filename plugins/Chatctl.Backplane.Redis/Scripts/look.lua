-- Shows where the log stands, seen from one entry.
-- KEYS: the log, its meta. ARGV: the entry's number.
-- Returns the format, the last entry's number and stamp, the numbers of the first entry that is kept and of the first one behind this entry (0 if there is none),
-- and the stamp of this entry (empty if it is not kept).
local meta = redis.call('HMGET', KEYS[2], 'format', 'last', 'stamp')
local number = tonumber(ARGV[1])

local function numberOf(entries)
    return entries[1] and tonumber(string.match(entries[1][1], '^(%d+)-0$')) or 0
end

local function id(of)
    return string.format('%.0f-0', of)
end

local at = redis.call('XRANGE', KEYS[1], id(number), id(number))[1]
return {
    meta[1] or '', tonumber(meta[2]) or 0, meta[3] or '',
    numberOf(redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)),
    numberOf(redis.call('XRANGE', KEYS[1], id(number + 1), '+', 'COUNT', 1)),
    at and at[2][4] .. ' ' .. at[2][6] or '',
}

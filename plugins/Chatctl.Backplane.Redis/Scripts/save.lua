-- Keeps a state of the room, and deletes the entries that are older than the oldest of the states, and what is known of nodes that have appended nothing for a day.
-- KEYS: the log, its meta, the states, the nodes. ARGV: the number of the state's entry, its bytes, the entry's stamp if it is known, how many states are kept.
-- Returns 0, or -1 if the log has lost that entry.
local number = tonumber(ARGV[1])
if (tonumber(redis.call('HGET', KEYS[2], 'last')) or 0) < number then return -1 end
local id = string.format('%.0f-0', number)
local at = redis.call('XRANGE', KEYS[1], id, id)[1]
if at and ARGV[3] ~= '' and at[2][4] .. ' ' .. at[2][6] ~= ARGV[3] then return -1 end
if redis.call('HSETNX', KEYS[3], ARGV[1], ARGV[2]) == 0 then return 0 end

local numbers = {}
for _, key in ipairs(redis.call('HKEYS', KEYS[3])) do table.insert(numbers, tonumber(key)) end
table.sort(numbers)
local kept = tonumber(ARGV[4])
for i = 1, #numbers - kept do redis.call('HDEL', KEYS[3], string.format('%.0f', numbers[i])) end
-- With fewer states nothing is deleted: a node that is a little behind must find what it has not read.
if #numbers >= kept then
    local oldest = numbers[#numbers - kept + 1]
    redis.call('XTRIM', KEYS[1], 'MINID', string.format('%.0f-0', oldest + 1))
    local nodes = redis.call('HGETALL', KEYS[4])
    local now = tonumber(redis.call('TIME')[1]) * 1000
    for i = 1, #nodes, 2 do
        local seenNumber, time = string.match(nodes[i + 1], ' (%d+) (%d+)$')
        if time and tonumber(seenNumber) <= oldest and tonumber(time) < now - 86400000 then redis.call('HDEL', KEYS[4], nodes[i]) end
    end
end
return 0

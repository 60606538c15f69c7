/**
 * What the shared store does in one round trip, in Lua, which Valkey and Redis (7 and later) run as
 * one step: nobody reads a window between its count and its addition. Its own clock is the only one.
 */

/** How long a node without a sign of life is counted among the nodes. */
const FORGOTTEN_MS = 60_000
const SECOND_US = 1_000_000
/** A window nobody asks for is removed soon after its last second. */
const WINDOW_KEPT_MS = 1_100

/** Keys before those of the windows. */
export const COMMON_KEYS = ['epoch', 'seen', 'live', 'claimed'] as const

/**
 * KEYS: epoch, seen, live, claimed, then one a window.
 * ARGV: node, standing, heard at, epoch, nodes, batch, lease, then limit and requests of each window.
 * Returns: now, epoch, nodes, lapsed (0/1), then before, accepted and free-in of each window.
 */
export const EXCHANGE_SCRIPT = `
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local function text(number) return string.format('%.0f', number) end

local node, standing, heard = ARGV[1], ARGV[2], tonumber(ARGV[3])
local lease = tonumber(ARGV[7])

local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = text(now)
  redis.call('SET', KEYS[1], epoch)
end

-- A store that began anew has lost who was there; those who remember tell it.
local claimed = tonumber(redis.call('GET', KEYS[4]) or '0')
if ARGV[4] ~= '0' and ARGV[4] ~= epoch and tonumber(ARGV[5]) > claimed then
  claimed = tonumber(ARGV[5])
  redis.call('SET', KEYS[4], ARGV[5], 'PX', ${FORGOTTEN_MS})
end

redis.call('ZADD', KEYS[2], text(now), node)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', text(now - ${FORGOTTEN_MS * 1_000}))
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', text(now - 1))

local lapsed = false
if standing == 'live' then
  lapsed = ARGV[4] ~= epoch or heard + lease < now
  if not lapsed then redis.call('ZADD', KEYS[3], 'GT', text(heard + lease), node) end
else
  redis.call('ZREM', KEYS[3], node)
end

local nodes = math.max(redis.call('ZCARD', KEYS[2]), claimed)
local reply = { now, tonumber(epoch), nodes, lapsed and 1 or 0 }
if lapsed then return reply end

local live = redis.call('ZCARD', KEYS[3])
for i = 1, #KEYS - ${COMMON_KEYS.length} do
  local window = KEYS[i + ${COMMON_KEYS.length}]
  local limit, requests = tonumber(ARGV[2 * i + 6]), tonumber(ARGV[2 * i + 7])
  redis.call('ZREMRANGEBYSCORE', window, '-inf', text(now - ${SECOND_US}))
  local before = redis.call('ZCARD', window)
  local accepted, freeIn = requests, 0
  if standing == 'live' then
    -- The shares of nodes that may be deciding alone are kept back for them.
    local full = math.max(1, math.floor(limit * live / nodes))
    accepted = math.max(0, math.min(requests, full - before))
  end
  for j = 1, accepted do
    redis.call('ZADD', window, text(now), table.concat({ node, ARGV[6], i, j }, ':'))
  end
  if accepted > 0 then redis.call('PEXPIRE', window, ${WINDOW_KEPT_MS}) end
  if accepted < requests then
    freeIn = redis.call('ZRANGE', window, 0, 0, 'WITHSCORES')[2] + ${SECOND_US} - now
  end
  reply[#reply + 1] = before
  reply[#reply + 1] = accepted
  reply[#reply + 1] = freeIn
end
return reply
`

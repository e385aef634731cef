-- A queue as Tarantool's tutorial builds one: a space with an index of states, and a channel on which takers wait.
-- Called with port, folder and WAL mode.
local port, folder, mode = arg[1], arg[2], arg[3]
local fiber = require('fiber')

box.cfg {
    work_dir = folder,
    wal_mode = mode,
    memtx_memory = 2 * 1024 * 1024 * 1024,
    readahead = 1024 * 1024,
    net_msg_max = 4096,
    log_level = 'warn',
}

local tasks = box.schema.space.create('tasks', {if_not_exists = true})
tasks:create_index('primary', {parts = {1, 'unsigned'}, if_not_exists = true})
tasks:create_index('state', {parts = {2, 'string', 1, 'unsigned'}, if_not_exists = true})
box.schema.sequence.create('ids', {if_not_exists = true})
box.schema.user.grant('guest', 'read,write,execute', 'universe', nil, {if_not_exists = true})

local READY, TAKEN = 'R', 'T'
local waiting = fiber.channel()
local taken = {}

queue = {}

function queue.put(payload)
    local id = box.sequence.ids:next()
    if waiting:has_readers() then
        waiting:put(true, 0)
    end
    tasks:insert {id, READY, payload}
    return true
end

function queue.take(seconds)
    local untilTime = fiber.time() + seconds
    while true do
        local task = tasks.index.state:pairs({READY}, {iterator = 'EQ'}):nth(1)
        if task ~= nil then
            taken[task[1]] = box.session.id()
            task = tasks:update(task[1], {{'=', 2, TAKEN}})
            return {id = task[1], payload = task[3]}
        end
        local left = untilTime - fiber.time()
        if left <= 0 then
            return
        end
        waiting:get(left)
    end
end

function queue.ack(id)
    if taken[id] ~= box.session.id() then
        error('task ' .. tostring(id) .. ' is not taken by this session')
    end
    taken[id] = nil
    tasks:delete(id)
    return true
end

-- Only now, since whoever connects may call at once.
box.cfg {listen = '127.0.0.1:' .. port}

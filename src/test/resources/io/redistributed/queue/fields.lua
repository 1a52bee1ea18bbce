-- Returns the fields of a report's record and their values, by turns, as text.
local function fields(stored)
  local request, created, changes, outcome, ended, result = cmsgpack.unpack(stored)
  local flat = {}
  local function put(name, value)
    if value then
      flat[#flat + 1] = name
      flat[#flat + 1] = type(value) == 'number' and string.format('%d', value) or value == true and 'true' or value
    end
  end
  local head = cmsgpack.unpack_limit(stored, 2)
  put('head', string.sub(stored, 1, head))
  put('bytes of head', head)
  put('created', created)
  for name, value in pairs({ type = request.type, trace = request.trace, input = not outcome and request.input }) do
    put(name, value)
  end
  for attempt, why in pairs(changes.errors or {}) do
    put('error:' .. attempt, why)
  end
  changes.errors = nil
  if outcome then
    changes.state, changes.ended, changes.previous = 'done', ended, outcome.span
    changes.contentType, changes.result = outcome.contentType, type(result) == 'string' and result
    changes.size = changes.result and #result or result
  end
  for name, value in pairs(changes) do
    put(name, value)
  end
  return flat
end

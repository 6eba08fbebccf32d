-- Sends the requests of a file in turn. Each line has a method, a path, a body and headers (name=value), separated by
-- tabs.
local requests = {}
local at = 0

function init(args)
  local headers = {["Content-Type"] = "application/json"}
  if args[3] then headers["Authorization"] = "Bearer " .. args[3] end
  for line in io.lines(args[1]) do
    local method, path, body, more = line:match("^(%S+)\t(%S+)\t([^\t]*)(.*)$")
    local all = {}
    for name, value in pairs(headers) do all[name] = value end
    for name, value in more:gmatch("\t([^\t=]+)=([^\t]*)") do all[name] = value end
    requests[#requests + 1] = wrk.format(method, path, all, body ~= "" and body or nil)
  end
  at = tonumber(args[2]) % #requests
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %.6f, "p50_ms": %.3f, "p99_ms": %.3f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    e.status, e.connect + e.read + e.write + e.timeout))
end

-- Asks claviger whether a request may pass; haproxy.cfg acts on the answer. Sets txn.claviger_status to 200 only when
-- claviger said so: whatever else happens, the request ends.
local claviger = "http://127.0.0.1:7420/auth/forwarded"
local credentials = { "authorization", "x-api-key", "x-api-secret" }
local identity = { "key", "group", "environment", "filter", "ref" }

core.register_action("claviger", { "http-req" }, function(txn)
    txn:set_var("txn.claviger_status", "503")
    local sent = txn.http:req_get_headers()
    local headers = {
        ["x-forwarded-method"] = { txn.sf:method() },
        ["x-forwarded-uri"] = { txn.sf:pathq() },
        ["connection"] = { "close" },
    }
    -- A credential that came twice goes on twice: claviger refuses it.
    for _, name in ipairs(credentials) do
        if sent[name] then
            headers[name] = {}
            for place = 0, 3 do
                if sent[name][place] then
                    table.insert(headers[name], sent[name][place])
                end
            end
        end
    end
    local answer = core.httpclient():get({ url = claviger, headers = headers, timeout = 15000 })
    if not answer or not answer.status then
        return
    end
    for _, name in ipairs(identity) do
        local values = answer.headers and answer.headers["x-claviger-" .. name]
        txn:set_var("txn.claviger_" .. name, values and values[0] or "")
    end
    txn:set_var("txn.claviger_status", tostring(answer.status))
end, 0)

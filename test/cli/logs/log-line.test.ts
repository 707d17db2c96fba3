import { readLine } from "../../../cli/logs/log-line";

const AT = Date.parse("2026-03-01T12:00:00.000Z");
const read = (line: object | string, from = "Step") => readLine(from, typeof line === "string" ? line : JSON.stringify(line), AT, "key");

/** As the logger writes it in a step's function. */
const decided = {
  level: "ERROR",
  message: "failed closed",
  timestamp: "2026-03-01T12:00:01.500Z",
  service: "Gatehouse",
  cold_start: true,
  function_arn: "arn",
  function_memory_size: "1024",
  function_name: "Gatehouse-BeforeCreateUser",
  function_request_id: "lambda-1",
  sampling_rate: 0,
  step: "before-create-user",
  verdict: "block",
  reasons: ["gatehouse.unavailable"],
  reference: "K7QD-9MXD",
  personId: "keyed-hash",
  trace: ["access-list: continue", "active-partner: failed (crm timeout)"],
  ruleTimes: [{ rule: "access-list", ms: 0.4 }],
  gatewayRequestId: "gateway-1",
  failure: { why: "rule", error: "UpstreamError", at: ["at K (index.js:5:5308)"] },
};

describe("a line of a log", () => {
  it("of a function: message and facts, what each rule said, and the ids that lead to others", () => {
    expect(read(decided, "BeforeCreateUserFunction")).toEqual({
      at: AT + 1_500,
      key: "key",
      from: "BeforeCreateUser",
      level: "ERROR",
      words:
        "failed closed, cold start, step before-create-user, verdict block, reasons gatehouse.unavailable, failure why rule error UpstreamError",
      trace: ["access-list: continue, 0.4 ms", "active-partner: failed (crm timeout)"],
      ids: ["K7QD-9MXD", "gateway-1", "lambda-1"],
      reference: "K7QD-9MXD",
      line: decided,
    });
  });

  it.each([
    {
      of: "a REST API's access log",
      line: {
        requestId: "g-1",
        time: `${AT}`,
        route: "POST /step",
        status: "200",
        responseType: "-",
        latencyMs: "140",
        functionMs: "132",
        authorizerMs: "-",
        credentials: "current",
      },
      words: "POST /step: 200, in 140 ms, the function 132 ms, credentials current",
    },
    {
      of: "a gateway's own page",
      line: {
        requestId: "g-1",
        time: `${AT}`,
        route: "POST /step",
        status: "200",
        responseType: "INTEGRATION_FAILURE",
        latencyMs: "19000",
      },
      words: "POST /step: 200, INTEGRATION_FAILURE, in 19000 ms",
    },
    { of: "a gateway that tells seconds", line: { requestId: "g-1", time: `${AT / 1_000}`, route: "x", status: "200" }, words: "x: 200" },
    { of: "npm start's", line: { requestId: "g-1", time: AT, route: "/step", status: 200, latencyMs: 7 }, words: "/step: 200, in 7 ms" },
  ])("of $of: at the call's arrival", ({ line, words }) => {
    expect(read(line)).toMatchObject({ at: AT, from: "gateway", words, ids: ["g-1"] });
  });

  it("of an event: type and code, and nothing of the person", () => {
    const detail = { reference: "K7QD-9MXD", time: "2026-03-01T12:00:03.250Z", email: "kim@contoso.com", attributes: { city: "Seoul" } };
    const line = read({ id: "e-1", "detail-type": "approval.requested.v1", time: "2026-03-01T12:00:03Z", detail });
    expect(line).toMatchObject({ at: AT + 3_250, from: "event", words: "approval.requested.v1", ids: ["K7QD-9MXD"] });
    expect(JSON.stringify(line)).not.toMatch(/kim|Seoul/);
  });

  it.each([
    {
      of: "several requests",
      line: { message: "mail sent", references: ["K7QD-9MXD", "AR6H-QJTC"] },
      ids: ["K7QD-9MXD", "AR6H-QJTC"],
      words: "mail sent",
    },
    {
      of: "Lambda itself",
      line: { time: "2026-03-01T12:00:00.000Z", type: "platform.report", record: { requestId: "lambda-1", status: "timeout" } },
      ids: ["lambda-1"],
      words: /^platform\.report timeout/,
    },
  ])("of $of", ({ line, ids, words }) => {
    expect(read(line)).toMatchObject({ ids, words: typeof words === "string" ? words : expect.stringMatching(words) });
  });

  it("of a rule's own making: as it is, at the time it came", () => {
    expect(read("seen it\n")).toEqual({ at: AT, key: "key", from: "Step", words: "seen it", trace: [], ids: [], line: "seen it" });
  });

  it("of metrics is none", () => expect(read({ _aws: {}, Decisions: 1, verdict: "block" })).toBeUndefined());
});

import { type KeptLine, reporter } from "../../../local/terminal/report";

const kept: KeptLine[] = [];
const printed: string[] = [];
const report = reporter(
  (line) => printed.push(line.replace(/^\d\d:\d\d:\d\d {2}/, "")),
  (lines) => kept.push(...lines),
  "UTC",
);
beforeEach(() => {
  printed.splice(0);
  kept.splice(0);
});

const answer = { route: "/step", status: 200, responseType: undefined, requestId: "r-1", durationMs: 7, output: [] };
const decided = { message: "decided", verdict: "block", rule: "access-list", reasons: ["access-list.denied"], reference: "K7Q9-9MXD" };

describe("the terminal's report", () => {
  it.each([
    { given: { output: [JSON.stringify(decided)] }, line: "step  block  access-list  access-list.denied  7 ms  ref K7Q9-9MXD" },
    {
      given: { output: ["no JSON", '{"_aws":{},"verdict":"block"}', '{"verdict":"continue","reference":"A"}'] },
      line: "step  continue  7 ms  ref A",
    },
    {
      given: { output: ['{"verdict":"invalid","rule":"validate","reasons":["a","b"],"reference":"A"}'] },
      line: "step  invalid  validate  a, b  7 ms  ref A",
    },
    {
      given: { output: ['{"verdict":"block","reasons":["gatehouse.unavailable"],"failure":{"why":"read","error":"AbortError"}}'] },
      line: "step  block  gatehouse.unavailable  failed: read, AbortError  7 ms",
    },
    {
      given: {
        output: [
          JSON.stringify({
            verdict: "block",
            failure: {
              why: "rule",
              error: "TypeError",
              at: [
                "at parse (node_modules/zod/a.js:1:2)",
                "at x (policy/before-create-user.ts:5:18)",
                "at y (entra-gatehouse/engine/b.ts:1:2)",
              ],
            },
          }),
        ],
      },
      line: "step  block  failed: rule, TypeError, policy/before-create-user.ts:5:18  7 ms",
    },
    { given: { status: 401, responseType: "UNAUTHORIZED" }, line: "step  401  UNAUTHORIZED  7 ms" },
    { given: { responseType: "THROTTLED" }, line: "step  static block page  THROTTLED  7 ms  ref r-1" },
    { given: { route: undefined, status: 403, responseType: "X" }, line: "a call to a path that no route has  403  X  7 ms" },
  ])("shows $given", ({ given, line }) => {
    report.answered({ ...answer, ...given });
    expect(printed).toEqual([line]);
  });

  it.each([
    { given: "an API connector", body: { action: "ShowBlockPage", userMessage: "Ask your contact." } },
    { given: "an external tenant", body: { data: { actions: [{ message: "Ask your contact." }] } } },
  ])("shows the latest request as the person would read it: $given", ({ body }) => {
    const value = { statusCode: 200, body: JSON.stringify(body) };
    report.repeated("step", { outcome: { ok: true, value }, output: [JSON.stringify(decided)] }, 7);
    expect(printed).toEqual([
      "latest request again  step  block  access-list  access-list.denied  7 ms  ref K7Q9-9MXD",
      "  Ask your contact.",
    ]);
  });

  it("shows likely mistakes in a saved policy", () => {
    report.reloaded(["policy/before-create-user.ts"], 7, ["validate names jobTitel."]);
    expect(printed).toEqual(["reloaded  policy/before-create-user.ts  7 ms", "  Warning: validate names jobTitel."]);
  });

  it("prints what functions write, except decisions and metrics, and saves everything", () => {
    const lines = [
      JSON.stringify(decided),
      '{"_aws":{},"message":"x","Decisions":1}',
      '{"level":"INFO","message":"row moved"}',
      "a rule's own words",
    ];
    report.output("Hygiene", lines);
    expect(printed).toEqual(["Hygiene  INFO  row moved", "Hygiene  a rule's own words"]);
    expect(kept.map(({ from, line }) => [from, line])).toEqual([
      ["Hygiene", decided],
      ["Hygiene", { _aws: {}, message: "x", Decisions: 1 }],
      ["Hygiene", { level: "INFO", message: "row moved" }],
      ["Hygiene", "a rule's own words"],
    ]);
  });

  it("prints a repeated message about the same reference only once, and saves every one", () => {
    const line = (reference: string, message: string) => JSON.stringify({ level: "INFO", message, reference });
    const waiting = line("A", "account not there yet");
    for (const lines of [[waiting], [waiting, line("B", "account not there yet")], [waiting, line("A", "account arrived")]])
      report.output("Arrivals", lines);
    const said = ["account not there yet", "account not there yet", "account arrived"];
    expect(printed).toEqual(said.map((each) => `Arrivals  INFO  ${each}`));
    expect(kept).toHaveLength(5);
  });

  it("saves a line with the time that the line bears", () => {
    report.output("Step", ['{"message":"x","timestamp":"2026-03-01T12:00:00.000Z"}']);
    expect(kept[0]?.at).toBe("2026-03-01T12:00:00.000Z");
  });

  it("saves the gateway's answer with the time of the call", () => {
    report.answered({ ...answer, durationMs: 60_000 });
    const line = { requestId: "r-1", route: "/step", status: 200, latencyMs: 60_000, time: expect.any(Number) };
    expect(kept).toMatchObject([{ from: "gateway", line }]);
    expect(Date.now() - Date.parse(kept[0]?.at ?? "")).toBeGreaterThanOrEqual(60_000);
  });
});

import { FaultError, failProbe, type ProbeResult, probe, probeLines, skipProbe, timedProbe } from "../../cli/probe";

const fault = { id: "endpoint.unreachable", what: "It does not answer.", fix: "Check its DNS record." };

it.each<{ ends: string; look: () => Promise<readonly (typeof fault)[]>; result: object }>([
  { ends: "with nothing wrong", look: async () => [], result: { faults: [] } },
  { ends: "with faults", look: async () => [fault], result: { faults: [fault] } },
  { ends: "by its only fault", look: async () => failProbe(fault.id, fault.what, fault.fix), result: { faults: [fault] } },
  { ends: "as it cannot be made", look: async () => skipProbe("it is not deployed"), result: { skipped: "it is not deployed" } },
  {
    ends: "by an error",
    look: async () => Promise.reject(new Error("out of paper")),
    result: {
      faults: [{ id: "endpoint.unknown", what: "The check endpoint could not run.", fix: expect.stringContaining("out of paper") }],
    },
  },
])("a check of doctor prints one line of JSON if it ends $ends", async ({ look, result }) => {
  expect(await probe("endpoint", look)).toEqual({ check: "endpoint", ...result });
});

it("a smoke test reports no duration if it stops at a fault, and throws an unexpected error", async () => {
  const found = { told: "25 rules hold", faults: [] };
  expect(await timedProbe("contract", "it", async () => found)).toEqual({
    ...{ check: "contract", what: "it", ...found },
    durationMs: expect.any(Number),
  });
  expect(await timedProbe("contract", "it", async () => Promise.reject(new FaultError(fault)))).toEqual({
    ...{ check: "contract", what: "it", faults: [fault] },
  });
  await expect(timedProbe("contract", "it", async () => Promise.reject(new Error("out of paper")))).rejects.toThrow("out of paper");
});

const tried = { check: "record", what: "before-create-user as b2c", durationMs: 12 };

it.each<{ of: string; result: ProbeResult; lines: readonly string[] }>([
  { of: "a check without faults", result: { check: "stack", faults: [] }, lines: ["ok  stack"] },
  {
    of: "a test that went well",
    result: { ...tried, told: "K7QD-9MXD", faults: [] },
    lines: ["ok  record before-create-user as b2c: K7QD-9MXD (12 ms)"],
  },
  {
    of: "a test that was not made",
    result: { check: "alarm", what: "of every kind", skipped: "npm start has none" },
    lines: ["-   alarm of every kind: not tried, npm start has none"],
  },
  {
    of: "a test with a fault",
    result: { ...tried, faults: [fault] },
    lines: ["!!  endpoint.unreachable: record before-create-user as b2c: It does not answer. (12 ms)", "    Check its DNS record."],
  },
  {
    of: "a check with a fault of several lines",
    result: { check: "rows", faults: [{ ...fault, what: "Skipped:\none" }] },
    lines: ["!!  endpoint.unreachable: Skipped:", "    one", "    Check its DNS record."],
  },
])("$of is printed in lines", ({ result, lines }) => expect(probeLines(result)).toEqual(lines));

import { awsLog } from "../../adapters/aws/world";
import { reportLostRecord } from "../../adapters/report";
import { UpstreamError } from "../../engine/sign-up/failure";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import type { UpstreamFailure } from "../../engine/sign-up/service";
import { block, CONTINUE, saying } from "../engine/sign-up/people";
import { anyPolicy } from "../support/any-policy";
import { asking, surroundings } from "./invoke";

const { output } = surroundings();

const timeout: UpstreamFailure = { service: "idology", kind: "timeout" };
const refused: UpstreamFailure = { service: "crm", kind: "unauthorised", status: 401 };
const went = (upstreamFailure: UpstreamFailure) => saying("prefill", { ...CONTINUE, upstreamFailure });
const stopped = (upstreamFailure: UpstreamFailure) => saying("verify-identity", { ...block("identity.unavailable"), upstreamFailure });
const threw = (upstreamFailure: UpstreamFailure) =>
  makeRule({
    name: "lookup",
    decide: ({ email }) => {
      throw new UpstreamError(upstreamFailure, { cause: new Error(email) });
    },
  });

const record: DecisionRecord = {
  id: "id",
  reference: "K7QD-9MXD",
  at: "2026-03-01T12:00:00.000Z",
  step: "before-create-user",
  source: "b2b",
  email: "kim@contoso.com",
  verdict: "continue",
  reasons: [],
  trace: [],
  changed: [],
  durationMs: 5,
  policyVersion: "0123456789ab",
  revision: 0,
};

async function ask(...rules: readonly unknown[]): Promise<void> {
  await asking(anyPolicy(rules as [Rule]))({ body: { email: "kim@contoso.com" } });
}

/** The values of a metric as they were counted, each with its dimensions. */
function counted(name: string): readonly unknown[] {
  return output
    .lines()
    .filter((line) => name in line)
    .map((line) => {
      const { CloudWatchMetrics } = line._aws as { CloudWatchMetrics: { Dimensions: string[][] }[] };
      const names = CloudWatchMetrics[0]?.Dimensions.flat().filter((each) => each !== "service") ?? [];
      return { value: [line[name]].flat()[0], ...Object.fromEntries(names.map((each) => [each, line[each]])) };
    });
}

const trace = () => output.lines().find(({ trace }) => trace !== undefined)?.trace;

describe("a failed outside call", () => {
  it.each([
    { given: "the sign-up goes on", rules: [went(refused)], said: ["prefill: continue (crm unauthorised 401)"], troubles: [refused] },
    { given: "it is blocked", rules: [stopped(timeout)], said: ["verify-identity: block (idology timeout)"], troubles: [timeout] },
    { given: "it fails closed", rules: [threw(refused)], said: ["lookup: failed (crm unauthorised 401)"], troubles: [refused] },
    {
      given: "two rules have it",
      rules: [went(refused), stopped(timeout)],
      said: ["prefill: continue (crm unauthorised 401)", "verify-identity: block (idology timeout)"],
      troubles: [refused, timeout],
    },
  ])("is logged by its system's name, and counted once per failure, if $given", async ({ rules, said, troubles }) => {
    await ask(...rules);
    expect(trace()).toEqual(said);
    expect(counted("UpstreamFailures")).toEqual(
      troubles.flatMap(({ service, kind }) => [{ value: 1, system: service, kind }, { value: 1 }]),
    );
    expect(output.text()).not.toMatch(/kim|contoso/);
  });

  it("is not counted if no call failed", async () => {
    await ask(saying("open", CONTINUE));
    expect(trace()).toEqual(["open: continue"]);
    expect(counted("UpstreamFailures")).toEqual([]);
  });

  it("is counted under the stack's own name", async () => {
    await ask(went(timeout));
    const lines = output.lines().filter((line) => "UpstreamFailures" in line);
    const [{ service: own } = {}] = output.lines().filter((line) => "Decisions" in line);
    expect(lines.map(({ service }) => service)).toEqual([own, own]);
  });

  it("is also reported for a decision whose record was lost", () => {
    const trace = [{ rule: "prefill", said: "continue", upstreamFailure: timeout, evidence: { row: "kim@contoso.com" } }] as const;
    reportLostRecord(awsLog(), { ...record, trace, ipAddress: "203.0.113.24" }, new Error("kim@contoso.com"));
    const lost = output.lines().find(({ message }) => message === "record lost");
    expect(lost).toMatchObject({ record: { trace: [{ rule: "prefill", said: "continue", upstreamFailure: timeout }] } });
    expect(output.text()).not.toMatch(/kim@|203\.0\.113/);
  });
});

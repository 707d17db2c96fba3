import { FailureError } from "../../../engine/sign-up/decision";
import { decide } from "../../../engine/sign-up/engine";
import { assertNothingLoose, type Run, resultOf, resultOfVerdict } from "../../../engine/sign-up/evaluate-rule";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { LooseEnd } from "../../../engine/sign-up/ports";
import { defineRule } from "../../../engine/sign-up/rule";
import { UnfinishedError } from "../../../engine/sign-up/service-calls";
import { UpstreamError } from "../../../engine/sign-up/upstream";
import type { AnyVerdict, RuleResult } from "../../../engine/sign-up/verdict";
import { block, CONTINUE, invalid, person, saying, world } from "./people";

const prepared = (set: Record<string, string>) => ({ rule: saying("tried", CONTINUE), set, needs: [] });
const evidence = { entry: "contoso.com" };
const upstreamFailure = { service: "crm", kind: "timeout" } as const;

it.each<{ given: string; set?: Record<string, string>; verdict: AnyVerdict; result: Partial<RuleResult> }>([
  { given: "a bare continue", verdict: CONTINUE, result: { said: "continue" } },
  {
    given: "findings",
    verdict: { ...CONTINUE, findings: { listed: "allow" } },
    result: { said: "continue", findings: { listed: "allow" } },
  },
  { given: "what it set", verdict: { ...CONTINUE, attributes: { city: "x" } }, result: { said: "continue", set: ["city"] } },
  { given: "nothing set", verdict: { ...CONTINUE, attributes: {} }, result: { said: "continue" } },
  {
    given: "what it set and prepared, each once",
    set: { city: "x", country: "KR" },
    verdict: { ...CONTINUE, attributes: { city: "y", state: "z" } },
    result: { said: "continue", set: ["city", "country", "state"] },
  },
  {
    given: "what lies behind a continue",
    verdict: { ...CONTINUE, evidence, upstreamFailure },
    result: { said: "continue", evidence, upstreamFailure },
  },
  { given: "a block", verdict: block("no"), result: { said: "block", reasons: ["no"] } },
  {
    given: "what lies behind a block",
    set: { city: "x" },
    verdict: { ...block("no"), evidence, upstreamFailure },
    result: { said: "block", reasons: ["no"], set: ["city"], evidence, upstreamFailure },
  },
  {
    given: "problems",
    verdict: { kind: "invalid", problems: [{ reason: "one" }, { reason: "two", attribute: "city" }] },
    result: { said: "invalid", reasons: ["one", "two"] },
  },
  {
    given: "what lies behind a problem",
    verdict: { ...invalid("city"), evidence, upstreamFailure },
    result: { said: "invalid", reasons: ["attribute.invalid"], evidence, upstreamFailure },
  },
])("the trace holds $given, and nothing more", ({ set = {}, verdict, result }) =>
  expect(resultOfVerdict(prepared(set), verdict)).toStrictEqual({ rule: "tried", ...result }),
);

it.each<{ set: Record<string, string>; result: Partial<RuleResult> }>([
  { set: {}, result: {} },
  { set: { city: "x" }, result: { set: ["city"] } },
])("of a rule that did not answer the trace holds what it prepared: $set", ({ set, result }) =>
  expect(resultOf(prepared(set), "failed")).toStrictEqual({ rule: "tried", said: "failed", ...result }),
);

describe("what a rule leaves behind", () => {
  const late = new UnfinishedError("tried", ["crm", "read"]);
  const outage = new UpstreamError(upstreamFailure);
  const run = (loose: readonly LooseEnd[], failed?: readonly LooseEnd[]) => {
    const looseEnds = failed && { of: async <T>(_: string, work: () => T | Promise<T>) => await work(), failed: async () => failed };
    return { loose: [...loose], trace: [], ports: world({ ...(looseEnds && { looseEnds }) }) } as unknown as Run;
  };

  it.each<[string, Run, string | undefined, LooseEnd | undefined, object]>([
    ["nothing", run([]), undefined, undefined, {}],
    ["nothing that anybody looks after", run([], []), undefined, undefined, {}],
    [
      "what it asked for after its verdict",
      run([{ rule: "tried", error: late }]),
      undefined,
      { rule: "tried", error: late },
      { evidence: { unfinished: "crm, read" } },
    ],
    ["work that failed", run([], [{ rule: "tried", error: outage }]), undefined, { rule: "tried", error: outage }, { upstreamFailure }],
    ["what another rule left", run([{ rule: "other", error: late }], [{ rule: "more", error: late }]), "tried", undefined, {}],
    [
      "its own, among that of others",
      run([{ rule: "other", error: late }], [{ rule: "tried", error: outage }]),
      "tried",
      { rule: "tried", error: outage },
      { upstreamFailure },
    ],
  ])("fails the sign-up, if it is any: %s", async (_, given, rule, end, behind) => {
    const said = await assertNothingLoose(given, rule).catch((error: unknown) => error);
    expect(said instanceof FailureError ? said.failure : said).toEqual(end && { why: "rule", ...end });
    expect(given.trace).toEqual(end === undefined ? [] : [{ rule: end.rule, said: "failed", ...behind }]);
  });

  it("is looked after from the beginning of its work on", async () => {
    const rules: string[] = [];
    const of = async <T>(rule: string, work: () => T | Promise<T>) => {
      rules.push(rule);
      return await work();
    };
    const looseEnds = { of, failed: async () => [] };
    const { answer } = await decide(beforeCreateUser([saying("tried", block("no"))]), person(), world({ looseEnds }));
    expect(answer).toEqual(block("no"));
    expect(rules).toEqual(["tried"]);
  });
});

it.each([
  ["answers", saying("tried", CONTINUE)],
  ["fails", defineRule({ name: "tried", decide: () => JSON.parse("{") })],
])("the time of a rule that %s is measured to its end", async (_, rule) => {
  const heard: string[] = [];
  const stopwatch = (name: string) => {
    heard.push(`${name} begins`);
    return () => heard.push(`${name} ends`);
  };
  await decide(beforeCreateUser([rule]), person(), world({ stopwatch }));
  expect(heard).toEqual(["tried begins", "tried ends"]);
});

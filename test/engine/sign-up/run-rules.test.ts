import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { makeRule } from "../../../engine/sign-up/rule";
import { toResult, toVerdictResult } from "../../../engine/sign-up/state";
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
])("the trace contains $given, and nothing more", ({ set = {}, verdict, result }) =>
  expect(toVerdictResult(prepared(set), verdict)).toStrictEqual({ rule: "tried", ...result }),
);

it.each<{ set: Record<string, string>; result: Partial<RuleResult> }>([
  { set: {}, result: {} },
  { set: { city: "x" }, result: { set: ["city"] } },
])("the trace of a rule without an answer contains its prepared attributes: $set", ({ set, result }) =>
  expect(toResult(prepared(set), "failed")).toStrictEqual({ rule: "tried", said: "failed", ...result }),
);

it.each([
  ["answers", saying("tried", CONTINUE)],
  ["fails", makeRule({ name: "tried", decide: () => JSON.parse("{") })],
])("the time of a rule that %s is measured to its end", async (_, rule) => {
  const heard: string[] = [];
  const stopwatch = (name: string) => {
    heard.push(`${name} begins`);
    return () => heard.push(`${name} ends`);
  };
  await decide(beforeCreateUser([rule]), person(), world({ stopwatch }));
  expect(heard).toEqual(["tried begins", "tried ends"]);
});

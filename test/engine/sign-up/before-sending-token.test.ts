import { decide } from "../../../engine/sign-up/engine";
import { beforeSendingToken } from "../../../engine/sign-up/policy";
import { type AnyRule, makeRule } from "../../../engine/sign-up/rule";
import { assign } from "../../../features/assign/rule";
import { person, world } from "./people";

const signUp = { ...person(), step: "before-sending-token" as const, attributes: { displayName: "kim", city: "Busan" } };
const ask = (rule: AnyRule) => decide(beforeSendingToken([makeRule(rule as never)] as never), signUp, world());
const none = { kind: "continue", attributes: {} };

it("a token contains the claims that rules set, even if the directory has equal values", async () => {
  const rule = makeRule({
    name: "tier",
    sets: ["tier", "city"],
    decide: () => ({ kind: "continue", attributes: { tier: "gold", city: "Busan" } }),
  });
  const { answer, failure } = await decide(beforeSendingToken([assign({ displayName: "kim" }), rule]), signUp, world());
  expect(answer).toEqual({ kind: "continue", attributes: { displayName: "kim", tier: "gold", city: "Busan" } });
  expect(failure).toBeUndefined();
});

it.each<{ rule: AnyRule }>([
  { rule: { name: "blocks", decide: () => ({ kind: "block", reason: "x" }) } },
  { rule: { name: "asks-back", decide: () => ({ kind: "invalid", problems: [{ reason: "x" }] }) } },
  { rule: { name: "throws", decide: () => Promise.reject(new Error("x")) } },
])("a rule that $rule.name leaves the token without claims, and counts as a failure", async ({ rule }) => {
  const { answer, failure } = await ask(rule);
  expect(answer).toEqual(none);
  expect(failure).toMatchObject({ why: "rule", rule: rule.name });
});

it("a token is sent even if a write's condition fails and its onConflict is a block", async () => {
  const onConflict = { kind: "block", reason: "x" } as const;
  const effect = { table: "ledger", item: { id: "a" }, condition: "absent", onConflict } as const;
  const ports = { ...world(), write: async () => false };
  const policy = beforeSendingToken([makeRule({ name: "writes", decide: () => ({ kind: "continue", effects: [effect] }) })]);
  expect((await decide(policy, signUp, ports)).answer).toEqual(none);
});

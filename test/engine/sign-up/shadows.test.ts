import { shadow } from "../../../engine/rules/shadow";
import { decide } from "../../../engine/sign-up/engine";
import { afterSignIn, beforeCreateUser } from "../../../engine/sign-up/policy";
import { type AnyRule, defineRule, type RecordKey, type Rule } from "../../../engine/sign-up/rule";
import { block, CONTINUE, effect, hanging, invalid, key, person, saying, world } from "./people";

/** A rule made of these parts, whatever the types make of them. */
const make = (parts: Partial<AnyRule>): AnyRule => ({ ...defineRule({ name: "tried" }), ...parts });

/** Decides with the rule in shadow between two others; the other two also read and write. */
async function beside(rule: AnyRule, remainingMs = 2_400) {
  const seen: unknown[] = [];
  const written: unknown[] = [];
  const look = (name: string) =>
    defineRule({
      name,
      needs: () => [key("real")],
      decide: (signUp, { findings, records }) => {
        seen.push(structuredClone([signUp, findings, records.get(key("real"))]));
        return { kind: "continue", findings: { [name]: true }, effects: [effect(name)] };
      },
    });
  const real = JSON.stringify(["accessList", ["entry", "real"]]);
  const read = async (keys: readonly RecordKey[]) => {
    if (keys.some((each) => each.key.entry === "" || typeof each.table !== "string")) throw new Error("ValidationException");
    if (keys.some((each) => each.key.entry === "slow")) return await new Promise<never>(() => undefined);
    return new Map([[real, { entry: "real", effect: "allow" }]]);
  };
  const write = async (each: unknown) => {
    written.push(each);
    return true;
  };
  const policy = beforeCreateUser([look("before"), shadow(rule), look("after")]);
  const { trace, ...decision } = await decide(policy, person(), world({ read, write, remainingMs }));
  return { decision, seen, written, word: trace.find(({ shadow: tried }) => tried) };
}

const meddle = (parts: object) => Object.assign(parts, { effect: "deny", city: "elsewhere", listed: "deny" });

describe("a shadow rule changes nothing, and is recorded, when it", () => {
  it.each<{ does: string; rule: AnyRule; said: string; reasons?: readonly string[] }>([
    { does: "continues", rule: saying("tried", CONTINUE), said: "continue" },
    { does: "blocks", rule: saying("tried", block("no", [effect("never")])), said: "block", reasons: ["no"] },
    { does: "finds a problem", rule: saying("tried", invalid("city")), said: "invalid", reasons: ["attribute.invalid"] },
    {
      does: "leaves findings, attributes and effects",
      rule: saying("tried", { kind: "continue", findings: { listed: "deny" }, attributes: { city: "x" }, effects: [effect("never")] }),
      said: "continue",
    },
    { does: "prepares attributes", rule: make({ prepare: () => ({ city: "x" }) }), said: "continue" },
    { does: "throws", rule: make({ decide: () => JSON.parse("{") }), said: "failed" },
    { does: "rejects", rule: make({ decide: () => Promise.reject(new Error("no")) }), said: "failed" },
    { does: "answers nonsense", rule: make({ decide: () => "continue" as never }), said: "failed" },
    { does: "sets the e-mail", rule: saying("tried", { kind: "continue", attributes: { email: "x" } }), said: "failed" },
    { does: "throws while it prepares", rule: make({ prepare: () => JSON.parse("{") }), said: "failed" },
    { does: "throws while it says its needs", rule: make({ needs: () => JSON.parse("{") }), said: "failed" },
    { does: "needs what is no row", rule: make({ needs: () => [null as never] }), said: "failed" },
    { does: "needs a text", rule: make({ needs: () => "x" as never }), said: "failed" },
    { does: "needs a row that cannot be read", rule: make({ needs: () => [key("")], decide: () => CONTINUE }), said: "failed" },
    {
      does: "writes into the sign-up it is shown",
      rule: make({
        decide: (signUp) => {
          meddle(signUp.attributes);
          return CONTINUE;
        },
      }),
      said: "failed",
    },
    {
      does: "writes into the sign-up while it prepares",
      rule: make({
        prepare: (signUp) => {
          meddle(signUp.attributes);
          return {};
        },
      }),
      said: "failed",
    },
    {
      does: "writes into the findings",
      rule: make({
        decide: (_, { findings }) => {
          meddle(findings);
          return CONTINUE;
        },
      }),
      said: "failed",
    },
    {
      does: "writes into a row",
      rule: make({
        needs: () => [key("real")],
        decide: (_, { records }) => {
          meddle(records.get(key("real")) as object);
          return CONTINUE;
        },
      }),
      said: "failed",
    },
  ])("$does", async ({ rule, said, reasons }) => {
    const alone = await beside(make({ name: "tried", decide: () => CONTINUE }));
    const tried = await beside(rule);
    expect({ ...tried, word: undefined }).toEqual({ ...alone, word: undefined });
    expect(tried.decision.answer).toEqual({ kind: "continue", attributes: {} });
    expect(tried.word).toMatchObject({ rule: "tried", shadow: true, said, ...(reasons && { reasons }) });
  });

  it.each([
    { does: "never answers", rule: make({ ...hanging, name: "tried" }) },
    { does: "waits for a row that is never read", rule: make({ needs: () => [key("slow")], decide: () => CONTINUE }) },
  ])("$does, nor keep the answer long", async ({ rule }) => {
    const started = Date.now();
    const { decision, word, written } = await beside(rule);
    expect(decision.answer).toEqual({ kind: "continue", attributes: {} });
    expect(written).toHaveLength(2);
    expect(word).toMatchObject({ rule: "tried", shadow: true, said: "unfinished" });
    expect(Date.now() - started).toBeLessThan(800);
  });

  it("hangs with little time left", async () => {
    const { decision } = await beside(make({ ...hanging, name: "tried" }), 600);
    expect(decision.answer).toEqual({ kind: "continue", attributes: {} });
  });
});

describe("a shadow rule", () => {
  it.each([
    { how: "blocks", ends: saying("ending", block("no")), answer: { kind: "block", reason: "no" } },
    {
      how: "fails",
      ends: make({ name: "ending", decide: () => JSON.parse("{") }),
      answer: { kind: "block", reason: "gatehouse.unavailable" },
    },
  ])("is recorded though a rule after it $how before it has spoken", async ({ ends, answer }) => {
    const slow = make({ decide: () => new Promise((resolve) => setTimeout(() => resolve({ ...block("slowly") }), 20)) });
    const decision = await decide(beforeCreateUser([shadow(slow), ends as Rule]), person(), world());
    expect(decision.answer).toEqual(answer);
    expect(decision.trace[0]).toEqual({ rule: "tried", shadow: true, said: "block", reasons: ["slowly"] });
  });

  it("sees what it prepared itself, and nobody else does", async () => {
    const cities: Record<string, unknown> = {};
    const look = (name: string) =>
      defineRule({
        name,
        decide: ({ attributes }) => {
          cities[name] = attributes.city;
          return CONTINUE;
        },
      });
    const tried = { ...look("tried"), prepare: () => ({ city: "own" }) };
    await decide(beforeCreateUser([shadow(tried), look("real")]), person(), world());
    expect(cities).toEqual({ tried: "own", real: "seoul" });
  });

  it("that needs no other rows than the rest costs no read of its own", async () => {
    const read = jest.fn(async () => new Map());
    const needing = (name: string) => defineRule({ name, needs: () => [key("x")], decide: () => CONTINUE });
    await decide(beforeCreateUser([needing("real"), shadow(needing("tried"))]), person(), world({ read }));
    expect(read).toHaveBeenCalledTimes(1);
  });

  it("alone reads its rows", async () => {
    const tried = defineRule({
      name: "tried",
      needs: () => [key("x")],
      decide: (_, { records }) => (records.get(key("x")) === undefined ? block("absent") : CONTINUE),
    });
    expect(await decide(beforeCreateUser([shadow(tried)]), person(), world())).toMatchObject({
      answer: { kind: "continue" },
      trace: [{ said: "block", reasons: ["absent"] }],
    });
  });

  it("that finds a problem after sign-in is recorded with it", async () => {
    const policy = afterSignIn([shadow(saying("tried", invalid("city")))]);
    expect(await decide(policy, person({ step: "after-sign-in" }), world())).toMatchObject({
      answer: { kind: "continue" },
      trace: [{ rule: "tried", shadow: true, said: "invalid", reasons: ["attribute.invalid"] }],
    });
  });

  it("that calls outside is not run after a problem", async () => {
    const calling = jest.fn(() => CONTINUE);
    const tried = defineRule({ name: "tried", uses: [{ service: "vendor" }], decide: calling });
    await decide(beforeCreateUser([saying("strict", invalid("city")), shadow(tried)]), person(), world());
    expect(calling).not.toHaveBeenCalled();
  });
});

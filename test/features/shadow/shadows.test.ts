import { decide } from "../../../engine/sign-up/engine";
import { UpstreamError } from "../../../engine/sign-up/failure";
import { afterSignIn, beforeSendingToken } from "../../../engine/sign-up/policy";
import { type AnyRule, makeRule, type RecordKey, type Rule } from "../../../engine/sign-up/rule";
import { shadow } from "../../../features/shadow/rule";
import { decideFully, evaluateShadow } from "../../../features/shadow/shadows";
import { fakeClock } from "../../engine/sign-up/fake-clock";
import { block, CONTINUE, effect, hanging, invalid, key, person, saying, world } from "../../engine/sign-up/people";
import { anyPolicy } from "../../support/any-policy";

/** A rule made of these parts, whatever the types make of them. */
const make = (parts: Partial<AnyRule>): AnyRule => ({ ...makeRule({ name: "tried" }), ...parts });

/** Decides with the rule in shadow between two others; the other two also read and write. */
async function beside(rule: AnyRule, remainingMs = 1_400) {
  const seen: unknown[] = [];
  const written: unknown[] = [];
  const look = (name: string) =>
    makeRule({
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
  const policy = anyPolicy([look("before"), shadow(rule), look("after")]);
  const { trace, ...decision } = await decideFully(policy, person(), world({ read, write, remainingMs }));
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
  ])("$does", async ({ rule }) => {
    const { decision, word, written } = await beside(rule, 600);
    expect(decision.answer).toEqual({ kind: "continue", attributes: {} });
    expect(written).toHaveLength(2);
    expect(word).toEqual({ rule: "tried", shadow: true, said: "unfinished" });
  });
});

describe("an answer", () => {
  it("is given without a call to a shadow rule, which is left for later with its input", async () => {
    const never = vi.fn(() => {
      throw new Error("never");
    });
    const read = vi.fn(async () => new Map());
    const tried = make({ prepare: never, needs: never, decide: never });
    const policy = anyPolicy([
      make({ name: "prepares", prepare: () => ({ city: "Seoul" }) }) as Rule,
      saying("sets", { kind: "continue", attributes: { country: "KR" }, findings: { listed: "allow" } }),
      shadow(tried),
      saying("later", { kind: "continue", attributes: { city: "Busan" }, findings: { late: true } }),
    ]);
    const { answer, trace, postponed } = await decide(policy, person(), world({ read }));
    expect(never).not.toHaveBeenCalled();
    expect(read).not.toHaveBeenCalled();
    expect(answer).toEqual({ kind: "continue", attributes: { city: "Busan", country: "KR" } });
    expect(trace[2]).toEqual({ rule: "tried", shadow: true, said: "unfinished" });
    expect(postponed).toEqual({
      received: person(),
      signUp: person({ attributes: { displayName: "kim", city: "Seoul" } }),
      rules: [
        {
          rule: "tried",
          place: 2,
          attributes: { country: "KR" },
          findings: { listed: "allow" },
          said: trace.slice(0, 2),
        },
      ],
    });
  });

  it("leaves nothing for later if the policy has no shadow rule or ends before its shadow rule", async () => {
    expect(await decide(anyPolicy([saying("open", CONTINUE)]), person(), world())).not.toHaveProperty("postponed");
    const ended = await decide(anyPolicy([saying("closed", block("no")), shadow(saying("tried", CONTINUE))]), person(), world());
    expect(ended).not.toHaveProperty("postponed");
    expect(ended.trace).toEqual([{ rule: "closed", said: "block", reasons: ["no"] }]);
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
  ])("is recorded even if a later rule $how before the shadow rule has answered", async ({ ends, answer }) => {
    const slow = make({ decide: () => new Promise((resolve) => setTimeout(() => resolve({ ...block("slowly") }), 20)) });
    const decision = await decideFully(anyPolicy([shadow(slow), ends as Rule]), person(), world());
    expect(decision.answer).toEqual(answer);
    expect(decision.trace[0]).toEqual({ rule: "tried", shadow: true, said: "block", reasons: ["slowly"] });
  });

  it("sees its own prepared data, and no other rule does", async () => {
    const cities: Record<string, unknown> = {};
    const look = (name: string) =>
      makeRule({
        name,
        decide: ({ attributes }) => {
          cities[name] = attributes.city;
          return CONTINUE;
        },
      });
    const tried = { ...look("tried"), prepare: () => ({ city: "own" }) };
    await decideFully(anyPolicy([shadow(tried), look("real")]), person(), world());
    expect(cities).toEqual({ tried: "own", real: "seoul" });
  });

  it("sees the data that earlier rules set and found, and none of later rules", async () => {
    const seen = vi.fn((..._: unknown[]) => CONTINUE);
    const tried = makeRule({ name: "tried", decide: ({ attributes }, { findings, said }) => seen(attributes, findings, said) });
    const setting = (name: string, city: string) => saying(name, { kind: "continue", attributes: { city }, findings: { [name]: city } });
    await decideFully(anyPolicy([setting("first", "a"), shadow(tried), setting("last", "b")]), person(), world());
    expect(seen.mock.calls).toEqual([
      [{ displayName: "kim", city: "a" }, { first: "a" }, [{ rule: "first", said: "continue", findings: { first: "a" }, set: ["city"] }]],
    ]);
  });

  it("is not run by another build of the policy than the one that decided", async () => {
    const asked = vi.fn(() => CONTINUE);
    const policy = anyPolicy([shadow(makeRule({ name: "tried", decide: asked })), saying("open", CONTINUE)]);
    for (const [rule, place] of [
      ["renamed", 0],
      ["open", 1],
      ["gone", 2],
    ] as const) {
      const result = await evaluateShadow(
        policy,
        { received: person(), signUp: person() },
        { rule, place, attributes: {}, findings: {}, said: [] },
        world(),
      );
      expect(result).toEqual({ rule, shadow: true, said: "unfinished" });
    }
    expect(asked).not.toHaveBeenCalled();
  });

  it("reads a row once even if it names the row twice", async () => {
    const read = vi.fn(async (_: readonly RecordKey[]) => new Map());
    const tried = makeRule({ name: "tried", needs: () => [key("x"), key("x")], decide: () => CONTINUE });
    await decideFully(anyPolicy([shadow(tried)]), person(), world({ read }));
    expect(read.mock.calls.map(([keys]) => keys)).toEqual([[key("x")]]);
  });

  it("reads its rows even if no other rule reads any", async () => {
    const tried = makeRule({
      name: "tried",
      needs: () => [key("x")],
      decide: (_, { records }) => (records.get(key("x")) === undefined ? block("absent") : CONTINUE),
    });
    expect(await decideFully(anyPolicy([shadow(tried)]), person(), world())).toMatchObject({
      answer: { kind: "continue" },
      trace: [{ said: "block", reasons: ["absent"] }],
    });
  });

  it("is recorded with the problem that it finds after sign-in", async () => {
    const policy = afterSignIn([shadow(saying("tried", invalid("city")))]);
    expect(await decideFully(policy, person({ step: "after-sign-in" }), world())).toMatchObject({
      answer: { kind: "continue" },
      trace: [{ rule: "tried", shadow: true, said: "invalid", reasons: ["attribute.invalid"] }],
    });
  });

  it.each([
    { calls: "outside", uses: [{ service: "vendor" }], given: "a problem", before: invalid("city"), said: "skipped" },
    { calls: "outside", uses: [{ service: "vendor" }], given: "none", before: CONTINUE, said: "continue" },
    { calls: "nobody", uses: [], given: "a problem", before: invalid("city"), said: "continue" },
  ])("that calls $calls is recorded as $said if the rule before it found $given", async ({ uses, before, said }) => {
    const calling = vi.fn(() => CONTINUE);
    const tried = makeRule({ name: "tried", uses, decide: calling });
    const { trace } = await decideFully(anyPolicy([saying("before", before), shadow(tried)]), person(), world());
    expect(trace[1]).toEqual({ rule: "tried", shadow: true, said });
    expect(calling).toHaveBeenCalledTimes(said === "skipped" ? 0 : 1);
  });

  it("is not among the answers that a later rule sees", async () => {
    const hearing = vi.fn((..._: unknown[]) => CONTINUE);
    const policy = anyPolicy([shadow(saying("tried", CONTINUE)), makeRule({ name: "hearing", decide: hearing })]);
    await decide(policy, person(), world());
    expect(hearing.mock.calls[0]).toMatchObject([{}, { said: [] }]);
  });

  it("is recorded with the reason if it cannot call the system that it needs", async () => {
    const failure = { service: "vendor", kind: "timeout" } as const;
    const tried = makeRule({ name: "tried", decide: () => Promise.reject(new UpstreamError(failure)) });
    const { trace } = await decideFully(anyPolicy([shadow(tried)]), person(), world());
    expect(trace).toEqual([{ rule: "tried", shadow: true, said: "failed", upstreamFailure: failure }]);
  });

  it("reads nothing if it needs nothing, and leaves no timer behind", async () => {
    const read = vi.fn(async () => new Map());
    const clock = fakeClock();
    await decideFully(anyPolicy([shadow(saying("tried", CONTINUE))]), person(), world({ read, clock }));
    expect(read).not.toHaveBeenCalled();
    expect(clock.running).toBe(0);
  });
});

it.each([
  { policy: anyPolicy, step: "before-create-user", word: { said: "block", reasons: ["request.email"] } },
  { policy: beforeSendingToken, step: "before-sending-token", word: { said: "continue", set: ["city"] } },
] as const)(
  "a shadow rule that prepares data from a missing address is recorded as $word.said at $step",
  async ({ policy, step, word }) => {
    const tried = makeRule({ name: "tried", prepare: ({ email }) => ({ city: `${email}!` }) });
    const signUp = person({ step, email: "", identities: [{ issuer: "google.com", issuerAssignedId: "1184" }] });
    const { trace } = await decideFully(policy([shadow(tried) as never, makeRule({ name: "open" })]), signUp, world());
    expect(trace[0]).toEqual({ rule: "tried", shadow: true, ...word });
  },
);

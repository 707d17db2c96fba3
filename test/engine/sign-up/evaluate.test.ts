import { UNAVAILABLE } from "../../../engine/sign-up/decision";
import { decide } from "../../../engine/sign-up/engine";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { type AnyRule, type Context, defineRule, type Rule } from "../../../engine/sign-up/rule";
import type { Attributes, SignUp } from "../../../engine/sign-up/sign-up";
import type { AnyVerdict, Write } from "../../../engine/sign-up/verdict";
import { block, CONTINUE, effect, invalid, person, world } from "./people";

type Judge = (attributes: Attributes, signUp: SignUp) => AnyVerdict;

const rule = (name: string, judge: Judge, more: Partial<AnyRule> = {}) =>
  ({ ...defineRule({ name }), ...more, decide: (signUp: SignUp) => judge(signUp.attributes, signUp) }) as Rule<"before-create-user">;
const outside = { uses: [{ service: "crm" }] } as const;
const setting = (attributes: Attributes) => rule("setting", () => ({ kind: "continue", attributes }));
/** Judges the city and leaves a write that names it. */
const judging = (verdictOn: (city: unknown) => AnyVerdict, more: Partial<AnyRule> = {}) =>
  rule("judging", ({ city }) => ({ ...verdictOn(city), effects: [effect(`judged-${city}`)] }), more);
const upper = rule("upper", ({ city }) => ({ kind: "continue", attributes: { city: String(city).toUpperCase() } }));
const stateOfCity = rule("state-of-city", ({ city }) => ({ kind: "continue", attributes: { state: String(city) } }));
const onlySeoul = (city: unknown) => (city === "seoul" ? CONTINUE : block("elsewhere"));

async function run(rules: readonly Rule<"before-create-user">[], signUp = person()) {
  const written: unknown[] = [];
  const write = async (each: Write) => {
    written.push("item" in each && each.item.entry);
    return true;
  };
  const policy = beforeCreateUser(rules as [Rule<"before-create-user">]);
  return { ...(await decide(policy, signUp, world({ write }))), written };
}

describe("what is let in is what was judged", () => {
  it("a rule is asked again for the value that a later rule set", async () => {
    const { answer, decidedBy, trace, written } = await run([judging(onlySeoul), setting({ city: "Busan" })]);
    expect(answer).toEqual(block("elsewhere"));
    expect(decidedBy).toBe("judging");
    expect(trace[0]).toEqual({ rule: "judging", said: "block", reasons: ["elsewhere"], again: true });
    expect(written).toEqual(["judged-Busan"]);
  });

  it("its writes are those of what it said last, and the ones marked always", async () => {
    const counted = rule("judging", ({ city }) => ({
      kind: "continue",
      effects: [effect(`used-${city}`), effect(`counted-${city}`, { always: true })],
    }));
    const { answer, written } = await run([counted, setting({ city: "Busan" })]);
    expect(answer).toEqual({ kind: "continue", attributes: { city: "Busan" } });
    expect([...written].sort()).toEqual(["counted-Busan", "counted-seoul", "used-Busan"]);
  });

  it("of two rules of one name, only the writes of the one asked again go", async () => {
    const once = (attribute: string) =>
      rule("permitted-value", (all) => ({ kind: "continue", effects: [effect(`${all[attribute]}`)] }), {
        uses: [{ service: attribute }],
      });
    const { written } = await run([once("city"), once("displayName"), setting({ city: "Busan" })]);
    expect([...written].sort()).toEqual(["Busan", "kim"]);
  });

  it("problems of all rules asked again add up", async () => {
    const wants = (attribute: string) => rule(attribute.toLowerCase(), (all) => (all[attribute] === "x" ? invalid(attribute) : CONTINUE));
    const { answer } = await run([wants("city"), wants("displayName"), setting({ city: "x", displayName: "x" })]);
    expect(answer).toEqual(invalid("city", "displayName"));
  });

  it("a rule that changes what it judges has judged what it sets", async () => {
    let asked = 0;
    const upper = rule("upper", ({ city }) => {
      asked += 1;
      return { kind: "continue", attributes: { city: String(city).toUpperCase() } };
    });
    expect((await run([upper])).answer).toEqual({ kind: "continue", attributes: { city: "SEOUL" } });
    expect(asked).toBe(1);
  });

  it("a change made when asked again is judged by those before it in turn", async () => {
    const short = rule("short", ({ city }) => (/^[A-Z]{5}$|^seoul$/.test(String(city)) ? CONTINUE : block("form")));
    expect((await run([short, upper, setting({ city: "busan" })])).answer).toEqual({ kind: "continue", attributes: { city: "BUSAN" } });
    expect((await run([short, upper, setting({ city: "ulsan-si" })])).answer).toEqual(block("form"));
  });

  it.each([
    { second: block("changed-its-mind"), answered: block("changed-its-mind") },
    { second: invalid("city"), answered: invalid("city") },
  ])("a rule that says $second.kind when asked again is heard, whatever it looked at", async ({ second, answered }) => {
    let asked = 0;
    const wavering = rule("wavering", () => (asked++ === 0 ? CONTINUE : second));
    expect((await run([wavering, setting({ city: "Busan" })])).answer).toEqual(answered);
  });

  it("rules that undo each other's changes let nobody in, and are named", async () => {
    const flips = (name: string, to: string) =>
      rule(name, ({ city }) => (city === to ? CONTINUE : { kind: "continue", attributes: { city: to } }));
    const { answer, failure } = await run([judging(() => CONTINUE), flips("one", "a"), flips("two", "b")]);
    expect(answer).toEqual(block(UNAVAILABLE));
    expect(failure).toMatchObject({ why: "rule", error: new TypeError("Rules undo each other's changes without end: one and two.") });
  });

  it("of two rules that set a value without a look, the last one's stands", async () => {
    const { answer } = await run([setting({ city: "Busan" }), setting({ city: "Ulsan" })]);
    expect(answer).toEqual({ kind: "continue", attributes: { city: "Ulsan" } });
  });

  it("the first refusal ends it", async () => {
    const never = vi.fn((city: unknown) => onlySeoul(city));
    const { answer, trace } = await run([judging(onlySeoul), judging(never), setting({ city: "Busan" })]);
    expect(answer).toEqual(block("elsewhere"));
    expect(never).toHaveBeenCalledTimes(1);
    expect(trace[1]).toEqual({ rule: "judging", said: "continue" });
  });

  it("nobody is asked again once the person has something to mend", async () => {
    const judge = vi.fn(() => CONTINUE);
    const { answer } = await run([judging(judge), setting({ city: "Busan" }), rule("strict", () => invalid("city"))]);
    expect(answer).toEqual(invalid("city"));
    expect(judge).toHaveBeenCalledTimes(1);
  });

  it("a problem found when asked again is told once, though changes go on", async () => {
    const strict = rule("strict", ({ state }) => (state === undefined ? CONTINUE : invalid("state")));
    expect((await run([strict, stateOfCity, upper, setting({ city: "busan" })])).answer).toEqual(invalid("state"));
  });

  it("a rule knows that it is asked again", async () => {
    const asked = vi.fn((..._: unknown[]) => CONTINUE);
    await run([defineRule({ name: "asked", decide: asked }), setting({ city: "Busan" })]);
    expect(asked.mock.calls.map(([, context]) => "again" in (context as Context))).toEqual([false, true]);
    expect(asked.mock.calls[1]).toMatchObject([{}, { again: true }]);
  });
});

describe("a rule that asks a system outside", () => {
  it.each<{ given: string; reads: Judge; set: Attributes; times: number }>([
    { given: "what it read changed", reads: ({ city }) => (city === "" ? block("x") : CONTINUE), set: { city: "Busan" }, times: 2 },
    { given: "something else changed", reads: ({ city }) => (city === "" ? block("x") : CONTINUE), set: { country: "KR" }, times: 1 },
    {
      given: "what it looked for in vain was set",
      reads: ({ tier }) => (tier === "x" ? block("x") : CONTINUE),
      set: { tier: "y" },
      times: 2,
    },
    { given: "what it looked for was set", reads: (all) => ("tier" in all ? block("x") : CONTINUE), set: { other: "y" }, times: 1 },
    {
      given: "it read everything",
      reads: (all) => ({ kind: "continue", findings: { all: JSON.stringify(all) } }),
      set: { other: "y" },
      times: 2,
    },
    { given: "it read the address alone", reads: (_, { email }) => (email === "" ? block("x") : CONTINUE), set: { city: "y" }, times: 1 },
  ])("is asked $times time(s) where $given", async ({ reads, set, times }) => {
    let asked = 0;
    const counting = rule(
      "asking",
      (attributes, signUp) => {
        asked += 1;
        return reads(attributes, signUp);
      },
      outside,
    );
    expect((await run([counting, setting(set)])).answer.kind).toBe("continue");
    expect(asked).toBe(times);
  });

  it("is not asked again where what it read has been changed back", async () => {
    const judge = vi.fn(() => CONTINUE);
    const wavering = rule("wavering", ({ state }) => ({ kind: "continue", attributes: { city: state === "x" ? "seoul" : "busan" } }));
    const { answer } = await run([judging(judge, outside), wavering, setting({ state: "x" })]);
    expect(answer).toEqual({ kind: "continue", attributes: { state: "x" } });
    expect(judge).toHaveBeenCalledTimes(1);
  });
});

describe("a sign-up accepted for later", () => {
  const accepting = rule("accepting", ({ city }) => ({ ...block("waits"), deferred: true, effects: [effect(`request-${city}`)] }));

  it("is accepted with what every rule has judged", async () => {
    const { answer, written } = await run([judging(() => CONTINUE), setting({ city: "Busan" }), accepting]);
    expect(answer).toEqual(block("waits"));
    expect([...written].sort()).toEqual(["judged-Busan", "request-Busan"]);
  });

  it("is not accepted where a rule asked again refuses", async () => {
    const { answer, written } = await run([judging(onlySeoul), setting({ city: "Busan" }), accepting]);
    expect(answer).toEqual(block("elsewhere"));
    expect(written).toEqual(["judged-Busan"]);
  });

  it("comes too early where a rule asked again finds a problem", async () => {
    const { answer, trace, written } = await run([
      judging((city) => (city === "seoul" ? CONTINUE : invalid("city"))),
      setting({ city: "Busan" }),
      accepting,
    ]);
    expect(answer).toEqual(invalid("city"));
    expect(trace.at(-1)).toEqual({ rule: "accepting", said: "skipped" });
    expect(written).toEqual(["judged-Busan"]);
  });

  it("is accepted with a value that a rule asked again has set", async () => {
    const { written } = await run([upper, setting({ city: "Busan" }), accepting]);
    expect(written).toEqual(["request-BUSAN"]);
  });

  it("is accepted by a rule that is asked once where nothing changed", async () => {
    const judge = vi.fn((): AnyVerdict => ({ ...block("waits"), deferred: true }));
    expect((await run([judging(() => CONTINUE), rule("accepting", judge)])).answer).toEqual(block("waits"));
    expect(judge).toHaveBeenCalledTimes(1);
  });

  it("is accepted once all others have settled", async () => {
    const strict = rule("strict", ({ state }) => (state === "BUSAN" ? invalid("state") : CONTINUE));
    const { answer, written } = await run([strict, stateOfCity, upper, setting({ city: "busan" }), accepting]);
    expect(answer).toEqual(invalid("state"));
    expect(written).toEqual([]);
  });

  it("is let in where the rule that accepted it has no more objection", async () => {
    const softened = rule("accepting", ({ city }) =>
      city === "BUSAN"
        ? { kind: "continue", effects: [effect("let-in")] }
        : { ...block("waits"), deferred: true, effects: [effect("request")] },
    );
    const { answer, written } = await run([upper, setting({ city: "busan" }), softened]);
    expect(answer).toEqual({ kind: "continue", attributes: { city: "BUSAN" } });
    expect(written).toEqual(["let-in"]);
  });
});

import { decide } from "../../../engine/sign-up/engine";
import { UNAVAILABLE } from "../../../engine/sign-up/failure";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { recordId } from "../../../engine/sign-up/records";
import { type AnyRule, makeRule, type Rule } from "../../../engine/sign-up/rule";
import type { Attributes, SignUp } from "../../../engine/sign-up/sign-up";
import type { AnyVerdict, Write } from "../../../engine/sign-up/verdict";
import { block, CONTINUE, effect, invalid, key, person, world } from "./people";

type Judge = (attributes: Attributes, signUp: SignUp) => AnyVerdict;

const rule = (name: string, judge: Judge, more: Partial<AnyRule> = {}) =>
  ({
    ...makeRule({ name, sets: [] }),
    ...more,
    decide: (signUp: SignUp) => judge(signUp.attributes, signUp),
  }) as Rule<"before-create-user">;
const setting = (attributes: Attributes, more: Partial<AnyRule> = { reads: [], sets: Object.keys(attributes) }) =>
  rule("setting", () => ({ kind: "continue", attributes }), more);
/** Judges the city and leaves a write that names it. */
const judging = (verdictOn: (city: unknown) => AnyVerdict) =>
  rule("judging", ({ city }) => ({ ...verdictOn(city), effects: [effect(`judged-${city}`)] }));
const onlySeoul = (city: unknown) => (city === "seoul" ? CONTINUE : block("elsewhere"));

async function run(rules: readonly Rule<"before-create-user">[], rows: ReadonlyMap<string, object> = new Map()) {
  const written: unknown[] = [];
  const write = async (each: Write) => {
    written.push("item" in each && each.item.entry);
    return true;
  };
  const policy = beforeCreateUser(rules as [Rule<"before-create-user">]);
  return { ...(await decide(policy, person(), world({ write, read: async () => rows as never }))), written };
}

it("the rules judge the value that is let in, even if an earlier rule set it", async () => {
  const { answer, trace, written } = await run([setting({ city: "Busan" }), judging(onlySeoul)]);
  expect(answer).toEqual(block("elsewhere"));
  expect(trace.map(({ rule, said }) => `${rule} ${said}`)).toEqual(["setting continue", "judging block"]);
  expect(written).toEqual(["judged-Busan"]);
});

it("the last of two rules wins if both set a value without reading it", async () => {
  const { answer } = await run([setting({ city: "Busan" }), setting({ city: "Ulsan" })]);
  expect(answer).toEqual({ kind: "continue", attributes: { city: "Ulsan" } });
});

it.each<{ given: string; more: Partial<AnyRule>; says?: string }>([
  { given: "declares it", more: { sets: ["city"] } },
  { given: "declares any", more: { sets: ["*"] } },
  {
    given: "declares nothing",
    more: { sets: undefined as never },
    says: 'setting sets city without saying so: write { sets: ["city"] } in the rule.',
  },
  { given: "may write it in another form", more: { sets: [], reshapes: ["city"] } },
  {
    given: "declares that it sets none",
    more: { sets: [] },
    says: 'setting sets city without saying so: write { sets: ["city"] } in the rule.',
  },
  {
    given: "declares another",
    more: { sets: ["state"] },
    says: 'setting sets city without saying so: write { sets: ["state", "city"] } in the rule.',
  },
])("a rule that sets a value and $given fails with the error $says", async ({ more, says }) => {
  const { answer, failure } = await run([setting({ city: "Busan" }, more)]);
  expect(answer).toEqual(says === undefined ? { kind: "continue", attributes: { city: "Busan" } } : block(UNAVAILABLE));
  expect(failure).toEqual(says && { why: "rule", rule: "setting", error: new TypeError(says) });
});

it("a rule that returns a value unchanged sets nothing", async () => {
  expect((await run([setting({ city: "seoul" }, { sets: [] })])).answer).toEqual({ kind: "continue", attributes: {} });
});

describe("a rule that restores a stored value", () => {
  const kept = key("kept");
  const rows = new Map([[recordId(kept), { city: "Busan" }]]);
  const restoring = (restore: AnyRule["restore"]) => rule("restoring", () => CONTINUE, { needs: () => [kept], restore: restore as never });

  it("lets earlier rules judge the stored value", async () => {
    const found = restoring((_, { records }) => ({ city: String(records.get(kept)?.city) }));
    expect((await run([judging(onlySeoul), found], rows)).answer).toEqual(block("elsewhere"));
    const { answer, trace, written } = await run([judging(() => CONTINUE), found], rows);
    expect(answer).toEqual({ kind: "continue", attributes: { city: "Busan" } });
    expect(trace).toEqual([
      { rule: "judging", said: "continue" },
      { rule: "restoring", said: "continue", set: ["city"] },
    ]);
    expect(written).toEqual(["judged-Busan"]);
  });

  it("has the other rules' rows read again, by the stored value", async () => {
    const asked: unknown[] = [];
    const byCity = { ...judging(() => CONTINUE), needs: ({ attributes }: SignUp) => [key(String(attributes.city))] };
    const read = async (keys: readonly { key: object }[]) => {
      asked.push(keys.map((each) => Object.values(each.key)[0]));
      return rows as never;
    };
    const policy = beforeCreateUser([byCity as Rule<"before-create-user">, restoring(() => ({ city: "Busan" }))]);
    await decide(policy, person(), world({ read }));
    expect(asked).toEqual([["seoul", "kept"], ["Busan"]]);
  });

  it("admits no person if it fails", async () => {
    const { answer, failure } = await run([restoring(() => JSON.parse("{")), judging(() => CONTINUE)]);
    expect(answer).toEqual(block(UNAVAILABLE));
    expect(failure).toMatchObject({ why: "rule", rule: "restoring" });
  });
});

describe("a sign-up that a rule accepts for later", () => {
  const accepting = rule("accepting", ({ city }) => ({ ...block("waits"), deferred: true, effects: [effect(`request-${city}`)] }));

  it("stores the values that all rules judged", async () => {
    const { answer, written } = await run([setting({ city: "Busan" }), judging(() => CONTINUE), accepting]);
    expect(answer).toEqual(block("waits"));
    expect([...written].sort()).toEqual(["judged-Busan", "request-Busan"]);
  });

  it("is not accepted if a rule finds a problem", async () => {
    const { answer, trace, written } = await run([judging(() => invalid("city")), accepting]);
    expect(answer).toEqual(invalid("city"));
    expect(trace.at(-1)).toEqual({ rule: "accepting", said: "skipped" });
    expect(written).toEqual(["judged-seoul"]);
  });
});

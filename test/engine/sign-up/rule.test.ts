import { callsOutside } from "../../../engine/sign-up/checks";
import { replaceOutsideRule } from "../../../engine/sign-up/drill";
import { assertKnown, isKebabCase, makeRule, trueOrFalse } from "../../../engine/sign-up/rule";
import { shadow } from "../../../features/shadow/rule";
import { block } from "./people";

const decide = () => block("no");
const calling = makeRule({ name: "calling", uses: [{ service: "crm" }], decide });
const preparing = makeRule({ name: "preparing", uses: [{ secret: "key" }], prepare: () => ({}) });
const quiet = makeRule({ name: "quiet", uses: [], decide });

it("a rule with a call outside is recognised", () => {
  expect([calling, preparing, quiet, makeRule({ name: "bare" })].map(callsOutside)).toEqual([true, true, false, false]);
});

describe("a policy's entry without its calls outside", () => {
  it("keeps its name and declarations, and admits everybody", () => {
    const silent = replaceOutsideRule(calling);
    expect(silent).toEqual({ ...calling, decide: expect.any(Function) });
    expect("decide" in silent && silent.decide?.({} as never, {} as never)).toEqual({ kind: "continue" });
  });

  it("stays in shadow", () => {
    const silent = replaceOutsideRule(shadow(calling));
    expect(silent).toEqual({ shadow: { ...calling, decide: expect.any(Function) } });
    expect("shadow" in silent && silent.shadow.decide?.({} as never, {} as never)).toEqual({ kind: "continue" });
  });

  it.each([quiet, preparing, shadow(quiet), shadow(preparing)])("is unchanged if it makes no call while it decides: %j", (entry) =>
    expect(replaceOutsideRule(entry)).toBe(entry),
  );
});

it.each([undefined, null, 7, "Partner", ""])("%j is not in kebab case", (name) => expect(isKebabCase(name)).toBe(false));

it.each<{ options: unknown; says: string }>([
  { options: { trsut: 1 }, says: 'profiles has no option "trsut": write one of trust, key. Did you mean trust?' },
  { options: { toString: 1 }, says: 'profiles has no option "toString": write one of trust, key.' },
  { options: null, says: "profiles takes options, like { trust: … }, not null." },
  { options: "mail", says: 'profiles takes options, like { trust: … }, not "mail".' },
])("an unknown option is refused: $options", ({ options, says }) =>
  expect(() => assertKnown("profiles", options as object, { trust: true, key: true } as never)).toThrow(new TypeError(says)),
);

it("an option's function must return true or false; any other value is refused by an error", () => {
  expect([trueOrFalse(true, "when"), trueOrFalse(false, "when")]).toEqual([true, false]);
  expect(() => trueOrFalse("yes", "when")).toThrow(new TypeError('when must return true or false; it returned "yes".'));
});

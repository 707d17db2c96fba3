import { afterSignIn, beforeCreateUser, DEFAULT_DEADLINE_MS, type StepOptions } from "../../lambda/sign-up/policy";
import { defineRule } from "../../lambda/sign-up/rule";
import { CONTINUE, saying } from "./people";

const rule = defineRule({ name: "any", decide: () => CONTINUE });

describe("a policy", () => {
  it.each([
    { step: "after-sign-in", make: () => afterSignIn([rule]) },
    { step: "before-create-user", make: () => beforeCreateUser([saying("any", CONTINUE)]) },
  ])("for $step says so, in order, with its options", ({ step, make }) => {
    expect(make()).toMatchObject({ step, rules: [{ name: "any" }], options: {} });
  });

  it.each([
    { given: "an empty list", rules: [] },
    { given: "nothing", rules: undefined },
    { given: "a rule without a list", rules: rule },
  ])("of $given does not start", ({ rules }) => {
    expect(() => afterSignIn(rules as never)).toThrow(/no rule/);
    expect(() => beforeCreateUser(rules as never)).toThrow(/no rule/);
  });

  it.each([500, 8_000, 18_000, undefined])("takes a deadline of %p ms", (deadlineMs) => {
    expect(() => beforeCreateUser([rule], deadlineMs === undefined ? {} : { deadlineMs })).not.toThrow();
  });

  it.each([0, 499, 18_001, -1, Number.NaN, Number.POSITIVE_INFINITY, "soon"])("refuses a deadline of %p ms", (deadlineMs) => {
    expect(() => beforeCreateUser([rule], { deadlineMs } as StepOptions)).toThrow(RangeError);
  });

  it("leaves well before Entra's 20 s by default", () => expect(DEFAULT_DEADLINE_MS).toBe(8_000));
});

describe("a rule's name", () => {
  it.each(["a", "access-list", "rule2", "check-2-things"])("may be %p", (name) => expect(defineRule({ name }).name).toBe(name));

  it.each(["", "A", "accessList", "access_list", "-list", "list-", "a--b", "2nd", "kim@contoso.com", "a b", "\n"])(
    "cannot be %p",
    (name) => {
      expect(() => defineRule({ name })).toThrow(/kebab-case/);
    },
  );
});

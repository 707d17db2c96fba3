import { shadow } from "../../engine/rules/shadow";
import { afterSignIn, beforeCreateUser, type Policy } from "../../engine/sign-up/policy";
import { defineRule, EVERY_FINDING, type Rule } from "../../engine/sign-up/rule";
import { policyWarnings } from "../../lib/policy-folder/policy-warnings";

const decide = () => ({ kind: "continue" as const });
const cheap = defineRule({ name: "cheap", decide });
const slow = defineRule({ name: "slow", uses: [{ service: "vendor" }], decide });
const looking = defineRule({ name: "looking", consumes: ["identity"], decide });
const lookingAtAll = defineRule({ name: "looking-at-all", consumes: [EVERY_FINDING], decide });
const preparing = defineRule({ name: "preparing", prepare: () => ({}) });

const doubting = defineRule({ name: "doubting", recommends: ["identity"], decide });

const warningsOn = (policy: Policy) => policyWarnings([{ step: policy.step, file: "", policy }]);

describe("a rule that calls a system outside", () => {
  it.each([
    { where: "last", policy: beforeCreateUser([cheap, slow]) },
    { where: "before a rule that looks at what it found", policy: beforeCreateUser([cheap, slow, looking]) },
    { where: "before a rule that looks at every finding", policy: beforeCreateUser([cheap, slow, lookingAtAll]) },
    { where: "before another one", policy: beforeCreateUser([cheap, slow, slow]) },
    { where: "before a rule that only prepares", policy: beforeCreateUser([cheap, slow, preparing]) },
  ])("may stand $where", ({ policy }) => expect(warningsOn(policy)).toEqual([]));

  it("had better not stand before a cheap one", () => {
    expect(warningsOn(beforeCreateUser([slow, cheap, looking]))).toEqual([
      "In before-create-user, slow calls a system outside before cheap has had its cheaper say: put it last.",
    ]);
    expect(warningsOn(afterSignIn([slow, cheap]))).toContainEqual(expect.stringMatching(/^In after-sign-in, slow calls/));
  });
});

it.each([
  { rules: [cheap, slow], deadlineMs: 1_499, warns: true },
  { rules: [cheap, slow], deadlineMs: 1_500, warns: false },
  { rules: [cheap], deadlineMs: 500, warns: false },
  { rules: [cheap, shadow(slow)], deadlineMs: 500, warns: false },
])("a deadline of $deadlineMs ms too short to ask anybody is warned of: $warns", ({ rules, deadlineMs, warns }) => {
  const warning = "In before-create-user, deadlineMs leaves slow no time to ask a system outside: give it 1500 or more.";
  expect(warningsOn(beforeCreateUser(rules as [Rule], { deadlineMs }))).toEqual(warns ? [warning] : []);
});

it.each([
  { rules: [doubting], warns: true },
  { rules: [looking, doubting], warns: true },
  { rules: [doubting, looking], warns: false },
  { rules: [doubting, lookingAtAll], warns: false },
])("people who go on in doubt, unseen by later rules, are warned of: $warns", ({ rules, warns }) => {
  const warning = 'In before-create-user, doubting lets people go on in doubt, and no later rule looks at its finding "identity".';
  expect(warningsOn(beforeCreateUser(rules as [Rule]))).toEqual(warns ? [warning] : []);
});

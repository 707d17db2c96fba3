import * as v from "valibot";
import { lookup } from "../../engine/rules/lookup";
import { permittedValue } from "../../engine/rules/permitted-value/permitted-value";
import { type RequestApprovalOptions, requestApproval } from "../../engine/rules/request-approval";
import { shadow } from "../../engine/rules/shadow";
import { validate } from "../../engine/rules/validate";
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

it.each<{ options: RequestApprovalOptions; warns: boolean }>([
  { options: { then: "continue" }, warns: true },
  { options: { then: "continue", unproven: "block" }, warns: false },
  { options: { then: "continue", unproven: "provision" }, warns: false },
  { options: {}, warns: false },
])("people who get no pass, as nobody has proven their address, are warned of: $options", ({ options, warns }) => {
  const warning = expect.stringMatching(/^In before-create-user, request-approval lets nobody ask whose address is not proven/);
  expect(warningsOn(beforeCreateUser([requestApproval(options)]))).toEqual(warns ? [warning] : []);
});

describe("an attribute that a rule can find a problem with", () => {
  const warning = (name: string) =>
    `In before-create-user, asking can find a problem with ${name}, which has no label: add labels: { ${name}: "…" }, as the form shows it.`;
  const asking = defineRule({ name: "asking", asks: ["city", "email", "extension_Code", "extension_Seats"], decide });

  it("needs a label if Entra does not name it", () =>
    expect(warningsOn(beforeCreateUser([asking, asking]))).toEqual([warning("extension_Code"), warning("extension_Seats")]));

  it("needs none more if it has one, or if the rule only reports", () => {
    expect(warningsOn(beforeCreateUser([asking], { labels: { extension_Code: "Code" } }))).toEqual([warning("extension_Seats")]);
    expect(warningsOn(beforeCreateUser([cheap, shadow(asking)]))).toEqual([]);
  });

  it("is known of the rules that come with Gatehouse", () => {
    const nothing = { name: "nothing", uses: [], find: () => undefined };
    const policy = beforeCreateUser([
      validate(v.object({ extension_A: v.string() })),
      permittedValue("extension_B"),
      lookup(nothing, { only: ["extension_C"] }),
    ]);
    expect(warningsOn(policy).map((text) => /extension_\w/.exec(text)?.[0])).toEqual(["extension_A", "extension_B", "extension_C"]);
  });
});

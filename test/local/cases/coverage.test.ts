import type { Rule } from "../../../engine/sign-up/rule";
import { accessList } from "../../../features/access-list/rule";
import { requestApproval } from "../../../features/approvals/request-approval";
import { lookup } from "../../../features/lookup/rule";
import { permittedValue } from "../../../features/permitted-value/rule";
import { profiles } from "../../../features/profiles/profiles";
import { ruleRegistry } from "../../../features/rules";
import { verifyIdentity } from "../../../features/verify-identity/rule";
import { idology } from "../../../index";
import { computeCoverage } from "../../../local/cases/coverage";
import { anyPolicy } from "../../support/any-policy";

const referred = { review: "approval", refuted: "approval" } as const;
const known = profiles({ trust: ["mail"] });
const unproven = "lookup.address-unproven";

/** The reasons that a policy can give and that no case reaches: there are no cases. */
function unreached(rules: readonly [Rule<"before-create-user">, ...Rule<"before-create-user">[]]): readonly string[] {
  const step = { step: "before-create-user", file: "before-create-user.ts", policy: anyPolicy(rules) } as const;
  return computeCoverage([step], []).reasons.map(({ name }) => name);
}

const byApproval = unreached([requestApproval()]);

it.each<{ rule: Rule<"before-create-user">; never: readonly string[] }>([
  { rule: accessList(), never: ["access-list.no-approval"] },
  { rule: accessList({ otherwise: "continue" }), never: ["access-list.unlisted", "access-list.no-approval"] },
  { rule: lookup(known), never: ["attribute.required", "value.not-permitted"] },
  { rule: lookup(known, { only: ["city"], notFound: "leave-empty" }), never: ["lookup.not-found", "attribute.required"] },
  { rule: lookup(known, { only: ["city"], untrusted: "continue" }), never: ["lookup.address-unproven", "attribute.required"] },
  { rule: lookup({ ...known, asks: ["city"] }), never: [] },
  { rule: permittedValue("extension_Code"), never: ["code.used-up", "code.too-many-guesses", unproven] },
  { rule: permittedValue("extension_Code", { maxUses: 1 }), never: [unproven] },
  { rule: permittedValue("extension_Code", { maxUses: 1, optional: true }), never: ["attribute.required", unproven] },
  { rule: permittedValue("extension_Code", { maxUses: 1, source: known }), never: [] },
  { rule: permittedValue("extension_Code", { guessesPerDay: 3 }), never: ["code.used-up", unproven] },
  { rule: verifyIdentity(idology()), never: [] },
  { rule: verifyIdentity(idology(), referred), never: ["identity.refuted", "identity.review"] },
])("a reason that the options exclude needs no case: $rule.name, $never", ({ rule, never }) => {
  const reasons = ruleRegistry.find(({ fullest }) => fullest.name === rule.name)?.reasons ?? [];
  // Whom a rule leaves to an approver needs one behind it.
  const found = unreached([rule, requestApproval()]).filter((reason) => !byApproval.includes(reason));
  expect(found).toEqual(reasons.filter((reason) => !never.includes(reason)));
});

it("an approval needs no case for unproven addresses or missing approvers if its options exclude them", () => {
  const ofStages = ["approval.no-approver", "attribute.required", "attribute.invalid"];
  expect(requestApproval().excludedReasons).toEqual(["approval.address-unproven", ...ofStages]);
  expect(requestApproval({ then: "continue", unproven: "block" }).excludedReasons).toEqual(ofStages);
});

import type { AdmitSpec, PolicySpec, RuleSpec, StepName } from "./scenario";

/** The rules behind `admit`, from docs/policy.md, Who may come. */

/** A step's rules, in order: an approver is asked last. */
export function rulesAt(policy: PolicySpec, step: StepName): readonly RuleSpec[] {
  const all = policy.rules[step].flatMap((spec) => (spec.rule === "admit" ? behind(spec.options, step) : [spec]));
  return [...all.filter(({ rule }) => rule !== "requestApproval"), ...all.filter(({ rule }) => rule === "requestApproval")];
}

function behind(
  { everyoneElse, trust, listed, classes, invited, limit, approval, ...ways }: AdmitSpec,
  step: StepName,
): readonly RuleSpec[] {
  const common = { trust, unless: "allowed" } as const;
  const endsWith = (isLast: boolean) => (everyoneElse === "block" && isLast ? "block" : "continue");
  const isByList = !(ways.domains || ways.partners || invited);
  const options = { trust, ...(classes && { classes }) };
  const list = listed
    ? { ...options, otherwise: isByList && everyoneElse === "block" ? "block" : "continue" }
    : { ...options, allows: false };
  const first: RuleSpec[] = [{ rule: "accessList", options: list as never }];
  const byAddress: RuleSpec[] = [];
  if (ways.domains) {
    const otherwise = endsWith(!ways.partners && !invited);
    byAddress.push({ rule: "onlyDomains", domains: ways.domains, options: { ...common, subdomains: ways.subdomains ?? false, otherwise } });
  }
  if (ways.partners) byAddress.push({ rule: "partners", options: { ...common, otherwise: endsWith(!invited) } });
  if (step === "after-sign-in") {
    if (invited || everyoneElse === "waitlist" || everyoneElse === "continue") return first;
    return [...first, ...byAddress, ...(everyoneElse === "approval" ? [{ rule: "approvalStatus", unless: "allowed" } as const] : [])];
  }
  const terms = invited === true ? {} : invited;
  const otherwise = everyoneElse === "approval" ? "continue" : everyoneElse;
  const asks = everyoneElse === "approval" || everyoneElse === "waitlist" ? { unless: "allowed" } : { when: "approval" };
  const isAsked = "unless" in asks || approval !== undefined || limit?.then === "approval";
  return [
    ...[...first, ...byAddress],
    ...(invited ? [{ rule: "invited", options: { ...terms, ...common, otherwise } } as RuleSpec] : []),
    ...(limit ? [{ rule: "limit", options: limit } as const] : []),
    ...(isAsked ? [{ rule: "requestApproval", options: { provenBy: trust, ...approval, ...asks } } as RuleSpec] : []),
  ];
}

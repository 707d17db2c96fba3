import type { AdmitSpec, ListOptions, PolicySpec, RuleSpec, SignUpCall, StepName, Trust } from "./scenario";

/** The rules behind `admit`, from docs/policy.md, Who may come. */

/** A step's rules, in order: an approver is asked last. */
export function rulesAt(policy: PolicySpec, step: StepName): readonly RuleSpec[] {
  const all = policy.rules[step].flatMap((spec) => (spec.rule === "admit" ? behind(spec.options, step) : [spec]));
  return [...all.filter(({ rule }) => rule !== "requestApproval"), ...all.filter(({ rule }) => rule === "requestApproval")];
}

/** The step's trust, or that of `admit` for both. */
export function trustAt({ rules, trust }: PolicySpec, step: StepName): Trust {
  const [admits] = rules[step].flatMap((spec) => (spec.rule === "admit" ? [spec.options.trust] : []));
  return admits ?? trust[step] ?? ["mail", "google.com"];
}

type Reach = Pick<ListOptions, "classes"> & { readonly trust: Trust };

/** Whether an approver is asked about people whom the list has wait: after sign-in by a list of the next step that reaches as far. */
export function isAskedLater({ step }: SignUpCall, policy: PolicySpec): boolean {
  const last = rulesAt(policy, "before-create-user");
  if (!last.some(({ rule }) => rule === "requestApproval")) return false;
  if (step !== "after-sign-in") return true;
  const listsAt = (at: StepName) =>
    rulesAt(policy, at).flatMap((spec) => (spec.rule === "accessList" ? [{ trust: trustAt(policy, at), ...spec.options }] : []));
  const [first, next] = [listsAt(step), listsAt("before-create-user")];
  const reaches = ({ classes = [], trust }: Reach, of: Reach) =>
    (of.classes ?? []).every((name) => classes.includes(name)) &&
    (of.trust === "any" || (trust !== "any" && trust.every((name) => of.trust.includes(name))));
  return next.length > 0 && first.every((options) => next.some((each) => reaches(each, options)));
}

function behind({ everyoneElse, listed, classes, invited, limit, approval, ...ways }: AdmitSpec, step: StepName): readonly RuleSpec[] {
  const common = { unless: "allowed" } as const;
  const endsWith = (isLast: boolean) => (everyoneElse === "block" && isLast ? "block" : "continue");
  const isByList = !(ways.domains || ways.partners || invited);
  const ending = { otherwise: isByList && everyoneElse === "block" ? "block" : "continue" };
  const list = { ...(classes && { classes }), ...(listed ? ending : { allows: false }) };
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
    ...(isAsked ? [{ rule: "requestApproval", options: { ...approval, ...asks } } as RuleSpec] : []),
  ];
}

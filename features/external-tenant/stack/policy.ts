import { ANSWER_RESERVE_MS, parseDuration, readDeadlineMs } from "../../../engine/sign-up/time";
import { answeringRules, type PolicyContext, type PolicyFeature, type PolicyStep } from "../../../lib/policy-folder/policy-step";
import { EXTENSION_ANSWER_MS, extensionRoutes } from "../extension-caller";

export const policyChecks: PolicyFeature<{ readonly externalTenant?: object }> = {
  routes: Object.values(extensionRoutes),
  synthWarns: addressWarnings,
  faults: (steps, { externalTenant }) => (externalTenant === undefined ? unavailableClaims(steps) : tooSlowForExternalTenant(steps)),
};

/** Rules that can let somebody in because of the address. */
const admitsByAddress: ReadonlySet<string> = new Set(["access-list", "invited", "only-domains", "partners"]);

function addressWarnings(
  policy: readonly PolicyStep[],
  { addressAttribute, settings }: PolicyContext<{ readonly externalTenant?: object }>,
): readonly string[] {
  const isCalled = settings?.externalTenant !== undefined;
  const last = policy.find(({ step }) => step === "before-create-user");
  const rules = last === undefined ? [] : answeringRules(last);
  const byAddress = rules.filter(({ name }) => admitsByAddress.has(name)).map(({ name }) => name);
  const remembers = policy.some(({ step }) => step === "after-sign-in");
  const setting = rules.filter(({ sets = [] }) => addressAttribute !== undefined && sets.includes(addressAttribute));
  return [
    ...(isCalled && byAddress.length > 0 && !remembers
      ? [
          `${byAddress.join(" and ")} judges by addresses, and there is no after-sign-in step. In an external tenant the address of a Google or OpenID account then counts as typed and lets nobody in: add after-sign-in.ts.`,
        ]
      : []),
    ...(addressAttribute !== undefined && !isCalled ? ["addressAttribute does nothing without externalTenant."] : []),
    ...setting.map(
      ({ name }) => `${name} sets ${addressAttribute}, the person's address, after the gate has read it: the account gets another address.`,
    ),
  ];
}

export function tooSlowForExternalTenant(policySteps: readonly PolicyStep[]): readonly string[] {
  return policySteps.flatMap((each) => {
    const longest = Math.min(readDeadlineMs(each.policy), EXTENSION_ANSWER_MS) - ANSWER_RESERVE_MS;
    return answeringRules(each).flatMap(({ name, uses = [] }) =>
      uses.flatMap((use) => {
        if (!("service" in use) || (parseDuration(use.timeout) ?? Number.POSITIVE_INFINITY) < longest) return [];
        const wait = use.timeout === undefined ? "names no timeout for" : `may wait ${use.timeout} for`;
        const orElse = each.step === "before-sending-token" ? "take it out" : "let an approver decide (requestApproval)";
        return [
          `In ${each.step}, ${name} ${wait} ${use.service}, and an external tenant hangs up after 2 s: give it a time limit below ${longest} ms, or ${orElse}.`,
        ];
      }),
    );
  });
}

function unavailableClaims(policySteps: readonly PolicyStep[]): readonly string[] {
  return policySteps.flatMap((each) =>
    answeringRules(each)
      .filter(({ uses = [] }) => uses.some((use) => "needsClaim" in use))
      .map(
        ({ name }) =>
          `In ${each.step}, ${name} goes by the person's IP address, which only an external tenant tells: set externalTenant, or take the rule out.`,
      ),
  );
}

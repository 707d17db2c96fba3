import { jsonAnswer, type StandInAnswer } from "../outside-system";
import { GraphErrorReply } from "./objects";

// Entra's own lifecycle policies for guests. Sources: Graph's pages of lifecyclePolicy and guestLifecyclePolicy, October 2026; nothing was
// tried in a tenant.

const NAMESPACE = "#microsoft.graph.identityGovernance";

type Rule = Readonly<Record<string, unknown>> & { readonly "@odata.type": string; readonly isEnabled: boolean };

/** An object of lifecyclePolicies, as Graph shows it. */
export interface LifecyclePolicy {
  readonly "@odata.type": string;
  readonly id: string;
  readonly displayName: string;
  readonly isEnabled: boolean;
  /** Absent in answers of earlier versions. */
  readonly policySource?: "userCreated" | "systemDefault";
  /** Null: everybody. */
  readonly scope: object | null;
  readonly rules: readonly Rule[];
  readonly enforcementAction: object;
  readonly gracePeriodInDays: number;
}

const makeRule = (name: string, settings: object = {}): Rule => ({
  "@odata.type": `${NAMESPACE}.${name}`,
  isEnabled: true,
  gracePeriodInDays: null,
  ...settings,
});

/** A rule of each kind, with the least number that Graph accepts. */
export const guestRules = {
  attestation: makeRule("periodicAttestationRule", { attestationIntervalInDays: 30 }),
  inactivity: makeRule("inactivityRule", { lastActivityThresholdInDays: 30 }),
  accessPackage: makeRule("accessPackageAssignmentRequiredRule"),
  sponsors: makeRule("sponsorPresenceRule", { minimumSponsorCount: 1 }),
  redemption: makeRule("invitationRedemptionRule", { invitationRedemptionThresholdInDays: 1 }),
} as const;

/** A scope of each kind. Graph shows the groups and objects themselves only by requests of their own. */
export const guestScopes = {
  all: null,
  selected: { "@odata.type": `${NAMESPACE}.selectedObjectsSubjectSet` },
  exceptGroups: { "@odata.type": `${NAMESPACE}.allExcludingGroupsSubjectSet` },
  exceptObjects: { "@odata.type": `${NAMESPACE}.allExcludingSpecificObjectsSubjectSet` },
} as const;

/** Returns an enabled policy for all guests that asks sponsors each month and disables whom nobody attests. */
export function makeGuestPolicy(settings: Partial<LifecyclePolicy> = {}): LifecyclePolicy {
  return {
    "@odata.type": `${NAMESPACE}.guestLifecyclePolicy`,
    id: "00000000-0000-4000-8000-0000000000a1",
    displayName: "Guests",
    isEnabled: true,
    policySource: "userCreated",
    scope: guestScopes.all,
    rules: [guestRules.attestation],
    enforcementAction: { "@odata.type": `${NAMESPACE}.disableOnlyEnforcementAction` },
    gracePeriodInDays: 7,
    ...settings,
  };
}

const readers = ["LifecyclePolicies-Guests.Read.All", "LifecyclePolicies-Guests.ReadWrite.All"];

/** @param permissions of the application. Undefined: all */
export function listGuestPolicies(policies: readonly LifecyclePolicy[] = [], permissions: readonly string[] | undefined): StandInAnswer {
  if (permissions !== undefined && !permissions.some((each) => readers.includes(each))) throw new GraphErrorReply(403, "Forbidden");
  return jsonAnswer(200, { value: policies }, `200: ${policies.length} policies for guests`);
}

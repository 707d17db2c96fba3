import { ANY_ATTRIBUTE } from "../../../../engine/sign-up/checks";
import { type AppRegistration, OWN_TENANT, type ServicePrincipal } from "../../client/app-registrations";
import { type ClaimsPolicy, definitionWith, type PolicyHolder, providedClaims, providedEntry } from "../../client/claims-policies";
import { type ApplyOptions, onlyOne } from "../changes";
import type { ExternalChange, PartOfPlan } from "./actions";
import type { ActualExternal, TokenApplication } from "./actual";
import { BLANK_API, hasSigningKey } from "./registration";
import { claimsPolicyName, namedIn, originOfClaimsPolicy, selectClaimsPolicies, tokenExtension, type WantedExternal } from "./wanted";

/**
 * Each gate has one claims mapping policy. An application first accepts mapped claims and then gets the policy: in the other order, Entra
 * refuses it tokens (AADSTS50146).
 */
export function claimsPlan(wantedState: WantedExternal, actual: ActualExternal, options: ApplyOptions): PartOfPlan {
  const { claims, url } = tokenExtension(wantedState);
  const claimNames = namedIn(claims);
  const notes = claims.includes(ANY_ATTRIBUTE)
    ? ["A rule may set any claim: list its claims in its only, or add them to the claims mapping policy."]
    : [];
  if (url === undefined || actual.tokenApplications.length === 0) return { notes };
  const name = claimsPolicyName(wantedState);
  const foundPolicy = onlyOne(
    {
      kind: "claims mapping policies",
      use: "application has",
      path: "/policies/claimsMappingPolicies",
      users: actual.namesakeHolders && new Map([...actual.namesakeHolders].map(([id, holders]) => [id, holders.map(holderName)])),
      name: wantedState.claimsPolicy,
      url: originOfClaimsPolicy({ displayName: name }),
      found: selectClaimsPolicies(wantedState, actual.policies),
      addressOf: originOfClaimsPolicy,
    },
    options,
  );
  if (typeof foundPolicy === "string") return { obstacles: [foundPolicy] };
  const parts =
    claimNames.length === 0 ? [] : actual.tokenApplications.map((each) => applicationPart(each, claimNames, foundPolicy, name, options));
  const isNeeded =
    foundPolicy !== undefined || parts.some(({ changes = [] }) => changes.some(({ action }) => action === "assign claims policy"));
  return {
    changes: [...(isNeeded ? policyChanges(foundPolicy, claims, name) : []), ...parts.flatMap(({ changes = [] }) => changes)],
    byHand: parts.flatMap(({ byHand = [] }) => byHand),
    notes,
  };
}

function policyChanges(foundPolicy: ClaimsPolicy | undefined, claims: readonly string[], name: string): readonly ExternalChange[] {
  const claimNames = namedIn(claims);
  if (foundPolicy === undefined) {
    const settings = { displayName: name, definition: definitionWith(claimNames) };
    return [{ action: "create claims policy", name, settings, why: "there is none of that name" }];
  }
  const actual = providedClaims(foundPolicy);
  const lacking = claimNames.filter((claim) => !actual.includes(claim));
  const surplus = claims.includes(ANY_ATTRIBUTE) ? [] : actual.filter((claim) => !claimNames.includes(claim));
  const why = [
    ...(lacking.length > 0 ? [`it does not map ${lacking.join(", ")}`] : []),
    ...(surplus.length > 0 ? [`the policy does not set ${surplus.join(", ")}`] : []),
    ...(foundPolicy.displayName === name ? [] : [`it is of ${originOfClaimsPolicy(foundPolicy)}`]),
  ];
  if (why.length === 0) return [];
  const keptClaims = claims.includes(ANY_ATTRIBUTE) ? actual : [];
  const changes = {
    displayName: foundPolicy.displayName === name ? undefined : name,
    definition: definitionWith([...new Set([...claimNames, ...keptClaims])], foundPolicy.definition),
  };
  return [{ action: "update claims policy", name, id: foundPolicy.id, changed: changes, why: why.join("; ") }];
}

/** The application has to accept mapped claims before it gets the policy. */
function applicationPart(
  { appId, registration, principal, policies }: TokenApplication,
  claims: readonly string[],
  ours: ClaimsPolicy | undefined,
  policy: string,
  options: ApplyOptions,
): PartOfPlan {
  const name = registration?.displayName ?? principal?.displayName ?? appId;
  if (registration === undefined) {
    const where = principal === undefined ? "The tenant has no application" : "Another tenant registered the application";
    return { byHand: [`${where} ${name}, so its tokens get no claims: see applications and apis in entra.ts.`] };
  }
  const other = policies.find(({ id }) => id !== ours?.id);
  const holdsOther = other !== undefined && !policies.some(({ id }) => id === ours?.id);
  const lacking = other === undefined ? [] : claims.filter((claim) => !providedClaims(other).includes(claim));
  if (holdsOther && lacking.length > 0) return { byHand: [otherPolicyWords(name, other, lacking)] };
  const acceptance = acceptancePlan(name, registration, principal, options);
  if (acceptance === undefined)
    return {
      byHand: [
        `${name} takes accounts of other tenants, so with acceptMappedClaims anybody could map its claims: make it single-tenant, or give its service principal a signing key of its own.`,
      ],
    };
  const isAssigned = policies.length > 0;
  return {
    changes: [
      ...(principal === undefined ? [{ action: "create service principal", name, appId, why: "it has none" } as const] : []),
      ...(acceptance.changes ?? []),
      ...(isAssigned
        ? []
        : [
            {
              action: "assign claims policy",
              appId,
              name: policy,
              application: name,
              principalId: principal?.id,
              id: ours?.id,
              why: "its tokens leave out the policy's claims",
            } as const,
          ]),
    ],
    byHand: acceptance.byHand ?? [],
  };
}

/**
 * The change that lets an application accept mapped claims. Undefined if the application accepts none yet, serves several tenants, and has
 * no signing key of its own.
 */
function acceptancePlan(
  name: string,
  { id, api, signInAudience, identifierUris = [] }: AppRegistration,
  principal: ServicePrincipal | undefined,
  { takeOver }: ApplyOptions,
): PartOfPlan | undefined {
  const isAccepting = api?.acceptMappedClaims === true || hasSigningKey(principal);
  if (!isAccepting && signInAudience !== undefined && signInAudience !== OWN_TENANT) return undefined;
  const isOld = api?.requestedAccessTokenVersion !== 2;
  const isRead = identifierUris.length > 0 || (api?.oauth2PermissionScopes?.length ?? 0) > 0;
  const renews = isOld && (!isRead || takeOver === true);
  const why = [
    ...(isAccepting ? [] : ["its tokens are refused with mapped claims (AADSTS50146)"]),
    ...(renews ? ["its access tokens are not version 2"] : []),
  ];
  const changedApi = {
    ...BLANK_API,
    ...api,
    ...(!isAccepting && { acceptMappedClaims: true }),
    ...(renews && { requestedAccessTokenVersion: 2 }),
  };
  return {
    changes: why.length === 0 ? [] : [{ action: "accept claims", name, id, changed: { api: changedApi }, why: why.join("; ") }],
    byHand:
      isOld && !renews
        ? [
            `${name} has access tokens of version 1, and mapped claims need version 2: once its code takes these, set requestedAccessTokenVersion to 2, or add --take-over.`,
          ]
        : [],
  };
}

function otherPolicyWords(name: string, { displayName }: ClaimsPolicy, lacking: readonly string[]): string {
  const entries = lacking.map((claim) => JSON.stringify(providedEntry(claim))).join(",");
  return `${name} has the claims mapping policy ${displayName}, and an application can have only one: add ${entries} to the policy's ClaimsSchema.`;
}

function holderName({ id, displayName = id }: PolicyHolder): string {
  return displayName;
}

/**
 * The policy is taken from its applications before it is deleted. Otherwise sign-ins to the applications would fail.
 * @param isShared true if another flow calls the gate: the policy stays, and only this flow's applications lose it
 */
export function claimsRemoval(wantedState: WantedExternal, actual: ActualExternal, why: string, isShared: boolean): PartOfPlan {
  const policies = selectClaimsPolicies(wantedState, actual.policies);
  const ours = policies.filter(({ displayName }) => displayName === claimsPolicyName(wantedState));
  const ownAppIds = actual.applications.map((appId) => appId.toLowerCase()).filter((appId) => !wantedState.apis.includes(appId));
  const isLeaving = ({ appId }: PolicyHolder) => !isShared || (appId !== undefined && ownAppIds.includes(appId.toLowerCase()));
  const unassignments = ours.flatMap(({ id, displayName: name }) =>
    (actual.namesakeHolders?.get(id) ?? actual.holders)
      .filter(isLeaving)
      .map(
        (holder) => ({ action: "unassign claims policy", id, name, principalId: holder.id, application: holderName(holder), why }) as const,
      ),
  );
  return {
    changes: [
      ...unassignments,
      ...(isShared ? [] : ours.map(({ id, displayName: name }) => ({ action: "delete claims policy", id, name, why }) as const)),
    ],
    notes: [
      ...policies.filter((each) => !ours.includes(each)).map((each) => `${each.displayName} is another deployment's, so it stays.`),
      ...[...new Set(unassignments.map(({ application }) => application))].map(
        (name) => `${name} still accepts mapped claims: set acceptMappedClaims to false if nothing else maps its claims.`,
      ),
    ],
  };
}

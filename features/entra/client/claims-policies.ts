import type { GraphClient } from "../../../adapters/graph/graph";
import { fetchAllPages, ignoreGone, madeOnce, objects, soon } from "../../../adapters/graph/patient-calls";
import { parseJsonObject } from "../../../engine/json";
import { POLICY_PERMISSION } from "./tenant-policies";

const POLICIES = "/policies/claimsMappingPolicies";
/** The source of a claim that is taken from an extension's answer at the token event. */
const PROVIDER = "CustomClaimsProvider";

/** The permission to read claims policies. Without it, Graph returns an empty list even if a policy exists. */
export const claimsReadPermissions = [POLICY_PERMISSION] as const;
export const claimsPermissions = ["Policy.ReadWrite.ApplicationConfiguration", POLICY_PERMISSION] as const;

/** A claimsMappingPolicy: an application has one at most. */
export interface ClaimsPolicy {
  readonly id: string;
  readonly displayName: string;
  /** A single text, in JSON. */
  readonly definition?: readonly string[];
}

/** Graph refuses a policy with a description, although its model has that property. */
export type ClaimsPolicySettings = Required<Pick<ClaimsPolicy, "displayName" | "definition">>;

interface ClaimEntry {
  readonly Source?: string;
  readonly ID?: string;
  readonly JwtClaimType?: string;
}

export interface PolicyHolder {
  readonly id: string;
  readonly appId?: string;
  readonly displayName?: string;
}

interface Definition {
  readonly ClaimsMappingPolicy?: { readonly ClaimsSchema?: readonly ClaimEntry[] };
}

export type ClaimsPolicies = ReturnType<typeof claimsPolicies>;

/** Every method throws GraphError if Graph refuses. */
export function claimsPolicies(graph: GraphClient) {
  const buildAssignmentPath = (principalId: string) => `/servicePrincipals/${principalId}/claimsMappingPolicies`;
  const of = (principalId: string) => fetchAllPages<ClaimsPolicy>(graph, buildAssignmentPath(principalId), ["id"]);
  const holders = (id: string) => fetchAllPages<PolicyHolder>(graph, `${POLICIES}/${id}/appliesTo`, ["id"]);
  const isReferred = async (id: string) => (await holders(id)).length > 0;
  const policies = objects<ClaimsPolicy>(graph, POLICIES, { names: ["displayName"], isReferred });
  return {
    all: policies.all,
    async create(settings: ClaimsPolicySettings): Promise<string> {
      const isMade = ({ displayName }: ClaimsPolicy) => displayName === settings.displayName;
      return (await policies.create({ ...settings, isOrganizationDefault: false }, isMade)).id;
    },
    update: (id: string, changes: Partial<ClaimsPolicySettings>): Promise<void> => policies.update(id, changes),
    remove: policies.remove,
    /** Lists the policies of an application. */
    of,
    async assign(principalId: string, id: string): Promise<void> {
      const reference = { "@odata.id": graph.address(`${POLICIES}/${id}`) };
      await madeOnce(graph, {
        make: () => soon(graph, () => graph.post(`${buildAssignmentPath(principalId)}/$ref`, reference)).then(() => ({ id })),
        find: async () => (await of(principalId)).filter((each) => each.id === id),
      });
    },
    unassign: (principalId: string, id: string): Promise<void> =>
      ignoreGone(graph.delete(`${buildAssignmentPath(principalId)}/${id}/$ref`)),
    holders,
  };
}

export function providedClaims({ definition }: Pick<ClaimsPolicy, "definition">): readonly string[] {
  return readClaimEntries(definition).flatMap((entry) => (isProvided(entry) && entry.ID !== undefined ? [entry.ID] : []));
}

export function providedEntry(claim: string): ClaimEntry {
  return { Source: PROVIDER, ID: claim, JwtClaimType: claim };
}

/**
 * Returns a definition that takes exactly these claims from an extension's answer. Entries with another source stay.
 * @param before the current definition
 */
export function definitionWith(claims: readonly string[], before: ClaimsPolicy["definition"] = []): readonly string[] {
  const definition = parseDefinition(before).ClaimsMappingPolicy;
  const entries = readClaimEntries(before).filter((entry) => !isProvided(entry) || claims.includes(entry.ID ?? ""));
  const lacking = claims.filter((claim) => !entries.some((entry) => isProvided(entry) && entry.ID === claim));
  const ClaimsSchema = [...entries, ...lacking.map(providedEntry)];
  return [JSON.stringify({ ClaimsMappingPolicy: { Version: 1, IncludeBasicClaimSet: "true", ...definition, ClaimsSchema } })];
}

function isProvided({ Source }: ClaimEntry): boolean {
  return Source?.toLowerCase() === PROVIDER.toLowerCase();
}

function readClaimEntries(definition: ClaimsPolicy["definition"]): readonly ClaimEntry[] {
  const entries = parseDefinition(definition).ClaimsMappingPolicy?.ClaimsSchema;
  return Array.isArray(entries) ? entries : [];
}

function parseDefinition(definition: ClaimsPolicy["definition"] = []): Definition {
  return (parseJsonObject(definition[0] ?? "") ?? {}) as Definition;
}

import type { GuestPolicies, GuestPolicy, SponsorLoss } from "../../engine/directory-account";
import { type Graph, type GraphClient, GraphError, odataText } from "./graph";
import { fetchAllPages, hasTexts } from "./patient-calls";

// The sponsor of an account in Entra is the colleague who answers for it.

/** Reasons why an account did not get the requested sponsor. The account is made nevertheless. */
export const sponsorProblems = ["not-in-tenant", "left", "several", "oneself", "refused"] as const;
export type SponsorProblem = (typeof sponsorProblems)[number];

interface Colleague {
  readonly id: string;
  readonly accountEnabled?: boolean | null;
}

type SponsorGraph = Pick<Graph, "get" | "post" | "address">;

/** `there-already`: somebody else has set the sponsor, or an earlier call whose answer was lost. */
export type SponsorOutcome = "set" | "there-already" | SponsorProblem;

export function hasSponsor(outcome: SponsorOutcome | undefined): outcome is "set" | "there-already" {
  return outcome === "set" || outcome === "there-already";
}

/**
 * Makes the user with an address the sponsor of an account. Throws if the call may succeed after a minute.
 * @param forbidden what follows from a 403: it can concern this account, or each one of a tenant that lacks the permission
 */
export async function sponsorByAddress(
  graph: SponsorGraph,
  accountId: string,
  address: string,
  signal?: AbortSignal,
  forbidden: "refused" | "throw" = "refused",
): Promise<SponsorOutcome> {
  const colleague = await colleagueAt(graph, accountId, address, signal);
  if (typeof colleague === "string") return colleague;
  try {
    return await setSponsor(graph, accountId, `users/${colleague.id}`, signal);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    if (error.status === 400 || (error.status === 403 && forbidden === "refused")) return "refused";
    throw error;
  }
}

async function colleagueAt(
  graph: SponsorGraph,
  accountId: string,
  address: string,
  signal?: AbortSignal,
): Promise<Colleague | Exclude<SponsorProblem, "refused">> {
  const addressText = odataText(address);
  // Guests are left out, because their addresses belong to another organisation.
  const filter = `(mail eq ${addressText} or userPrincipalName eq ${addressText}) and userType eq 'Member'`;
  const path = `/users?$select=id,accountEnabled&$filter=${encodeURIComponent(filter)}`;
  const colleagues = await fetchAllPages<Colleague>(graph, path, ["id"], signal);
  const [colleague, ...others] = colleagues.filter(({ accountEnabled }) => accountEnabled !== false);
  if (colleague === undefined) return colleagues.length === 0 ? "not-in-tenant" : "left";
  if (others.length > 0) return "several";
  return colleague.id.toLowerCase() === accountId.toLowerCase() ? "oneself" : colleague;
}

/**
 * Returns "there" or why the sponsor is lost. Undefined if Graph denies the read, or an external tenant lacks the sponsor. Throws if a
 * later try can succeed.
 * @param isGuest true for a guest, whose tenant also contains the colleagues; false in an external tenant
 */
export async function sponsorNow(
  graph: SponsorGraph,
  accountId: string,
  address: string,
  isGuest: boolean,
): Promise<"there" | SponsorLoss | undefined> {
  try {
    const colleague = await colleagueAt(graph, accountId, address);
    if (typeof colleague !== "string" || colleague === "several") return "there";
    return colleague === "not-in-tenant" && !isGuest ? undefined : colleague;
  } catch (error) {
    if (error instanceof GraphError && [400, 403, 404].includes(error.status)) return undefined;
    throw error;
  }
}

/** Safe to repeat: Graph refuses the second call, but then lists the sponsor. @param sponsor in the form of Graph's paths: `users/ID` */
export async function setSponsor(
  graph: SponsorGraph,
  accountId: string,
  sponsor: string,
  signal?: AbortSignal,
): Promise<"set" | "there-already"> {
  const path = `/users/${accountId}/sponsors`;
  try {
    await graph.post(`${path}/$ref`, { "@odata.id": graph.address(`/${sponsor}`) }, signal);
    return "set";
  } catch (error) {
    if (!(error instanceof GraphError && error.status === 400)) throw error;
    const sponsors = await fetchAllPages<{ readonly id: string }>(graph, `${path}?$select=id`, ["id"], signal);
    if (!sponsors.some(({ id }) => sponsor.toLowerCase().endsWith(`/${id.toLowerCase()}`))) throw error;
    return "there-already";
  }
}

/** Takes the user with an address away from an account's sponsors. Does nothing if they are none of them. Throws if a later try can succeed. */
export async function removeSponsor(
  graph: Pick<GraphClient, "get" | "delete" | "address">,
  accountId: string,
  address: string,
): Promise<void> {
  const addressText = odataText(address);
  const filter = `mail eq ${addressText} or userPrincipalName eq ${addressText}`;
  const path = `/users/${accountId}/sponsors`;
  const [users, sponsors] = await Promise.all([
    fetchAllPages<{ readonly id: string }>(graph, `/users?$select=id&$filter=${encodeURIComponent(filter)}`, ["id"]),
    fetchAllPages<{ readonly id: string }>(graph, `${path}?$select=id`, ["id"]),
  ]);
  for (const { id } of sponsors.filter((sponsor) => users.some((user) => user.id.toLowerCase() === sponsor.id.toLowerCase())))
    await graph.delete(`${path}/${id}/$ref`);
}

const NAMESPACE = "#microsoft.graph.identityGovernance";
/** The policies are only shown to people, so nothing waits long for them. */
const READ_MS = 30_000;
/** Characters of a policy's name that are kept: at most 20 policies are stored with each run. */
const NAME_LENGTH = 100;

/** Reads the enabled policies. Never throws: nothing that Gatehouse does depends on the answer. */
export async function readGuestPolicies(graph: Pick<GraphClient, "get" | "address">): Promise<GuestPolicies> {
  const signal = AbortSignal.timeout(READ_MS);
  try {
    const path = "/identityGovernance/lifecycleWorkflows/lifecyclePolicies";
    const all = await fetchAllPages<Readonly<Record<string, unknown>>>(graph, path, [], signal);
    return all.filter((each) => each["@odata.type"] === `${NAMESPACE}.guestLifecyclePolicy` && each.isEnabled === true).map(toPolicy);
  } catch {
    return "unknown";
  }
}

/** Older answers have no source. The pages of Graph describe `rules` as a list; each rule can be off. */
function toPolicy({ displayName, policySource, rules }: Readonly<Record<string, unknown>>): GuestPolicy {
  const asking = (rule: unknown) =>
    hasTexts(rule, ["@odata.type"]) &&
    Reflect.get(rule as object, "@odata.type") === `${NAMESPACE}.periodicAttestationRule` &&
    Reflect.get(rule as object, "isEnabled") !== false;
  return {
    name: typeof displayName === "string" ? displayName.slice(0, NAME_LENGTH) : "",
    source: policySource === "systemDefault" ? "systemDefault" : "userCreated",
    asksSponsors: Array.isArray(rules) && rules.some(asking),
  };
}

import type { GuestPolicies, GuestPolicy } from "../../engine/directory-account";
import type { GraphClient } from "./graph";
import { fetchAllPages, hasTexts } from "./patient-calls";

const NAMESPACE = "#microsoft.graph.identityGovernance";
/** The policies are only shown to people, so nothing waits long for them. */
const READ_MS = 30_000;
/** Characters of a policy's name that are kept: at most 20 policies are stored with each run. */
const NAME_LENGTH = 100;

/** Reads the enabled policies. Never throws: nothing that Gatehouse does depends on the answer. */
export async function readGuestPolicies(graph: Pick<GraphClient, "get" | "address">): Promise<GuestPolicies> {
  const signal = AbortSignal.timeout(READ_MS);
  const bounded = { address: (path: string) => graph.address(path), get: <T>(path: string) => graph.get<T>(path, signal) };
  try {
    const all = await fetchAllPages<Readonly<Record<string, unknown>>>(bounded, "/identityGovernance/lifecycleWorkflows/lifecyclePolicies");
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

import { isGuestName, type LiveAccount } from "../../engine/directory-account";
import { normaliseEmail } from "../../engine/sign-up/email";
import type { Identity } from "../../engine/sign-up/sign-up";
import { type GraphClient, GraphError, isUnknownObject, otherForm } from "./graph";
import { fetchAllPages, hasTexts } from "./patient-calls";

const SELECTED =
  "id,createdDateTime,accountEnabled,mail,otherMails,identities,userPrincipalName,preferredLanguage,userType,creationType,externalUserState";
const ROLE = "#microsoft.graph.directoryRole";

interface UserAnswer {
  readonly id: string;
  readonly createdDateTime: string;
  readonly accountEnabled: boolean;
  readonly mail?: unknown;
  readonly otherMails?: unknown;
  readonly identities?: unknown;
  readonly userPrincipalName?: unknown;
  readonly preferredLanguage?: unknown;
  readonly userType?: unknown;
  readonly creationType?: unknown;
  readonly externalUserState?: unknown;
}

/** Reads the current account with its roles; undefined if it was deleted. */
export async function liveAccount(graph: Pick<GraphClient, "get" | "address">, id: string): Promise<LiveAccount | undefined> {
  const path = `/users/${encodeURIComponent(id)}`;
  try {
    const user = await graph.get<UserAnswer>(`${path}?$select=${SELECTED}`);
    if (!hasTexts(user, ["id", "createdDateTime"]) || typeof user.accountEnabled !== "boolean") throw otherForm(graph, "GET", path);
    // Memberships of all kinds are read, not only of roles: a membership whose kind is unknown may be a role.
    const groups = await fetchAllPages<Readonly<Record<string, unknown>>>(graph, `${path}/transitiveMemberOf?$select=id`, [
      "id",
      "@odata.type",
    ]);
    const { createdDateTime, accountEnabled, preferredLanguage } = user;
    return {
      id: user.id,
      createdDateTime,
      accountEnabled,
      addresses: parseAddresses(user),
      identities: parseIdentities(user),
      hasRole: groups.some((each) => each["@odata.type"] === ROLE),
      isColleague: isColleague(user),
      isGuest: user.userType === "Guest",
      ...(typeof preferredLanguage === "string" && { language: preferredLanguage }),
    };
  } catch (error) {
    if (isUnknownObject(error)) return undefined;
    throw error;
  }
}

/** Graph accepts at most 15 values in one filter. */
const IDS_A_CALL = 15;

/**
 * Returns the enabled accounts; if Graph refuses, those found until then. That is safe, because each account is checked again before it is
 * deleted.
 */
export async function enabledAmong(graph: Pick<GraphClient, "get" | "address">, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const enabledIds = new Set<string>();
  for (let from = 0; from < ids.length; from += IDS_A_CALL) {
    const some = ids.slice(from, from + IDS_A_CALL).map((id) => `'${id}'`);
    const filter = encodeURIComponent(`id in (${some.join(",")})`);
    try {
      const users = await fetchAllPages<UserAnswer>(graph, `/users?$filter=${filter}&$select=id,accountEnabled`, ["id"]);
      for (const { id, accountEnabled } of users) if (accountEnabled) enabledIds.add(id);
    } catch (error) {
      if (error instanceof GraphError && error.status === 400) return enabledIds;
      throw error;
    }
  }
  return enabledIds;
}

/** Deletes an account: Entra keeps it for 30 days. Succeeds if the account no longer exists. */
export async function deleteAccount(graph: Pick<GraphClient, "delete">, id: string): Promise<void> {
  await graph.delete(`/users/${encodeURIComponent(id)}`).catch((error: unknown) => {
    if (!isUnknownObject(error)) throw error;
  });
}

function parseIdentities({ identities }: UserAnswer): readonly Identity[] {
  const all: readonly Partial<Identity>[] = Array.isArray(identities) ? identities : [];
  return all.flatMap(({ issuer, issuerAssignedId: id }) =>
    typeof issuer === "string" && typeof id === "string" ? [{ issuer, issuerAssignedId: id }] : [],
  );
}

function parseAddresses({ mail, otherMails, identities, userPrincipalName }: UserAnswer): readonly string[] {
  const signIns = Array.isArray(identities) ? identities.map((each: { issuerAssignedId?: unknown } | null) => each?.issuerAssignedId) : [];
  const all = [mail, userPrincipalName, ...(Array.isArray(otherMails) ? otherMails : []), ...signIns];
  return all.flatMap((each) => (typeof each === "string" ? (normaliseEmail(each) ?? []) : []));
}

/** If somebody converts an account from a gate, the result may become true. */
function isColleague({ userType, userPrincipalName, creationType, externalUserState, identities }: UserAnswer): boolean {
  const isFromOutside = !!creationType || !!externalUserState || isGuestName(String(userPrincipalName));
  if (userType !== "Member" || isFromOutside || !Array.isArray(identities)) return false;
  return identities.every((each: { signInType?: unknown } | null) => each?.signInType === "userPrincipalName");
}

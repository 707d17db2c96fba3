import { tokenListenerPermissions } from "../../../adapters/graph/token-listeners";

// Permissions belong to an application: all its functions have the same ones. Sources: Graph's pages of each call, July 2026.

export interface GraphAct {
  readonly does: string;
  /** Each set of permissions allows the act. The set that permits least comes first. */
  readonly ways: readonly (readonly string[])[];
}

const wide = [["User.ReadWrite.All"], ["Directory.ReadWrite.All"]] as const;

export const findUsers: GraphAct = {
  does: "finds accounts",
  ways: [["User.Read.All"], ["User.ReadWrite.All"], ["Directory.Read.All"], ["Directory.ReadWrite.All"]],
};
const createUsers: GraphAct = { does: "makes accounts", ways: [["User.Create"], ...wide] };
const inviteUsers: GraphAct = { does: "invites people", ways: [["User.Invite.All"], ...wide] };
const updateUsers: GraphAct = { does: "fills in accounts", ways: [["User.ReadUpdate.All"], ...wide] };
export const setSponsors: GraphAct = { does: "sets sponsors", ways: [["User.ReadWrite.All"]] };
const setSignIns: GraphAct = { does: "disables and enables accounts", ways: [["User.EnableDisableAccount.All", "User.Read.All"], ...wide] };
// Graph's page on DELETE /users lists no smaller permission.
const deleteUsers: GraphAct = { does: "deletes accounts", ways: [["User.ReadWrite.All"]] };
const readRoles: GraphAct = { does: "sees directory roles", ways: [["Directory.Read.All"], ["Directory.ReadWrite.All"]] };

const readActivity: GraphAct = { does: "sees last sign-ins", ways: [["AuditLog.Read.All"]] };

const readListeners: GraphAct = { does: "sees which applications call the step before a token", ways: [tokenListenerPermissions] };

/** Permissions to read the tenant's policies. They are not needed, but do not count as surplus. */
const welcome = ["LifecyclePolicies-Guests.Read.All", "Policy.Read.All"];

export interface AccountsUse {
  /** True if approved people get accounts. */
  readonly provisions: boolean;
  /** True if everybody is invited, so that accounts are only created by invitation. */
  readonly invitesAll: boolean;
  readonly hasSponsors: boolean;
  readonly expires: boolean;
  /** True if an ended access also deletes the account. */
  readonly deletes: boolean;
  /** True if access ends without sign-ins, and Entra is asked for them. */
  readonly readsSignIns: boolean;
  /** True if access ends without sign-ins, and only tokens tell of them. */
  readonly countsTokens: boolean;
  /** True if incidents disable accounts. */
  readonly handlesIncidents: boolean;
}

/** The uses of all functions of the application together. */
export function accountsActs({
  provisions,
  invitesAll,
  hasSponsors,
  expires,
  deletes,
  readsSignIns,
  countsTokens,
  handlesIncidents,
}: AccountsUse): readonly GraphAct[] {
  return [
    findUsers,
    ...(provisions ? [...(invitesAll ? [] : [createUsers]), inviteUsers, updateUsers] : []),
    ...(hasSponsors ? [setSponsors] : []),
    ...(expires ? [setSignIns, readRoles] : []),
    ...(deletes ? [deleteUsers] : []),
    ...(readsSignIns ? [readActivity] : []),
    ...(countsTokens ? [readListeners] : []),
    ...(handlesIncidents ? [setSignIns] : []),
  ];
}

export interface PermissionVerdict {
  /** The smallest set that allows everything. */
  readonly least: readonly string[];
  readonly missing: readonly string[];
  /** Permissions that the smallest set does not need. */
  readonly surplus: readonly string[];
}

export function judgePermissions(acts: readonly GraphAct[], heldPermissions: readonly string[]): PermissionVerdict {
  const least = leastPermissions(acts);
  const allows = (permissions: readonly string[]) => (way: readonly string[]) => way.every((each) => permissions.includes(each));
  const lacking = acts.filter(({ ways }) => !ways.some(allows(heldPermissions)));
  const missing = leastPermissions(lacking).filter((each) => !heldPermissions.includes(each));
  const surplus = heldPermissions.filter((each) => !least.includes(each) && !welcome.includes(each));
  return { least, missing, surplus };
}

/**
 * If an act has only one way, its permissions are always needed. For an act with several ways, chooses a way that needs only those
 * permissions, or else the act's first way.
 */
export function leastPermissions(acts: readonly GraphAct[]): readonly string[] {
  const forcedPermissions = acts.flatMap(({ ways: [first = [], ...others] }) => (others.length === 0 ? first : []));
  const chosen = acts.flatMap(({ ways }) => ways.find((way) => way.every((each) => forcedPermissions.includes(each))) ?? ways[0] ?? []);
  return [...new Set(chosen)].sort();
}

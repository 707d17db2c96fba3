import type { gatePolicies, WorldOf } from "../../../adapters/operator/world";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import type { Policy } from "../../../engine/sign-up/policy";
import type { hashes } from "../../audit/world";
import { activePosture } from "../../posture/posture";
import type { readPostures } from "../../posture/world";
import { invitationId, isOpen, readsInvitations } from "../invite-person";
import type { ApprovalRequest } from "../request";
import { findLongestDays } from "../state-at";
import type { ApprovalStore } from "../store/approvals";
import type { accessOfGuests } from "../world";

// Concerns about the invitation of a guest that a colleague asked for, read again at the decision.

/** Members that read the guest's gate, and whether the guest has access to it. */
export type GateReads = {
  readonly hashes: typeof hashes;
  readonly gatePolicies: typeof gatePolicies;
  readonly modes: typeof readPostures;
  readonly accessOfGuests: typeof accessOfGuests;
};

/** The state of the guest's gate, on which invitations depend. */
export interface GateState {
  /** Undefined if the door does not know the policies. */
  readonly policies: readonly Policy[] | undefined;
  readonly isOpen: boolean;
  /** True if the guest has access by now. */
  readonly hasAccess: boolean;
}

/** Concerns about an invitation that a request keeps as they stood when the colleague asked. */
export const askedConcerns = ["has-access", "no-rule", "gate-not-open", "denied-by-provider"] as const;
export type AskedConcern = (typeof askedConcerns)[number];

/** True if the decision reads the concern itself, so that what the request keeps of it no longer counts. */
export function isReadNow(code: AskedConcern, gate: GateState | undefined): boolean {
  if (gate === undefined || code === "denied-by-provider") return false;
  return code !== "no-rule" || gate.policies !== undefined;
}

/**
 * Returns the ids of the requests whose guest has an open invitation already. @param hashes find an invitation of before or after a key
 * rotation, whose id is not the one that the request names
 */
export async function findInvited(
  asked: readonly ApprovalRequest[],
  store: Pick<ApprovalStore, "getAll">,
  hashes: PersonHashes | undefined,
  now: Date,
): Promise<ReadonlySet<string>> {
  const known = hashes === undefined ? [] : eachHash(hashes);
  const listIds = ({ ask, email, gate }: ApprovalRequest) =>
    ask === undefined ? [] : [ask.invites, ...known.map((hashOf) => invitationId(email, gate, hashOf))];
  const ids = [...new Set(asked.flatMap(listIds))];
  const invitations = ids.length === 0 ? [] : await store.getAll(ids);
  const open = new Set(invitations.filter((each) => isOpen(each, now)).map(({ id }) => id));
  return new Set(asked.filter((request) => listIds(request).some((id) => open.has(id))).map(({ id }) => id));
}

/** Returns the state of the guest's gate, by the id of the request. */
export async function readGates(
  asked: readonly ApprovalRequest[],
  { gatePolicies, modes, accessOfGuests }: WorldOf<GateReads>,
  now: Date,
): Promise<ReadonlyMap<string, GateState>> {
  if (asked.length === 0) return new Map();
  const [modesOfGates, accesses] = await Promise.all([
    modes.of([...new Set(asked.map(({ gate = DEFAULT_GATE }) => gate))]),
    Promise.all(asked.map((request) => accessOfGuests(request, now))),
  ]);
  return new Map(
    asked.map(({ id, gate = DEFAULT_GATE }, index) => [
      id,
      {
        policies: gatePolicies(gate),
        isOpen: activePosture(modesOfGates.get(gate), now) === undefined,
        hasAccess: accesses[index] === true,
      },
    ]),
  );
}

/** The longest validity of invitations at the guest's gate. */
export function readLimit(gate: GateState | undefined): number | undefined {
  return findLongestDays(gate?.policies ?? []);
}

export function listGateConcerns({ policies, isOpen, hasAccess }: GateState): readonly Exclude<AskedConcern, "denied-by-provider">[] {
  return [
    ...(hasAccess ? (["has-access"] as const) : []),
    ...(policies !== undefined && !readsInvitations(policies) ? (["no-rule"] as const) : []),
    ...(isOpen ? [] : (["gate-not-open"] as const)),
  ];
}

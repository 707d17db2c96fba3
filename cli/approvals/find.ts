import { requestsMeant } from "../../lambda/approvals/deciding";
import type { ApprovalRequest } from "../../lambda/approvals/request";
import { readReference } from "../../lambda/sign-up/reference";
import { type ApprovalStore, approvalStore } from "../../lambda/stores/approvals";
import { decisionStore } from "../../lambda/stores/decisions";
import { CommandError } from "../failure";
import type { Place } from "../place";

/** @param warn told of requests that a list leaves out, as nobody can read them */
export function approvalsAt({ dynamodb, tableOf }: Place, warn?: (line: string) => void): ApprovalStore {
  return approvalStore(dynamodb, tableOf("approvals"), warn && (({ message, id }) => warn(`${message} Its id: ${id}`)));
}

/** The requests that somebody means, at least one: a person who came through several providers has several. */
export async function requestsNamed(typed: string, place: Place): Promise<readonly [ApprovalRequest, ...ApprovalRequest[]]> {
  const text = typed.trim();
  const found = await requestsMeant(approvalsAt(place), text);
  if (found === undefined) {
    throw new CommandError(`"${typed}" names no request: write its code such as K7QD-9MXD, its id, or the person's address.`);
  }
  const [first, ...others] = found.length > 0 ? found : await requestsOfDecision(text, place);
  if (first === undefined) throw new CommandError(`There is no request ${text}: approvals list shows those that wait.`);
  return [first, ...others];
}

/** The code on a person's page is the decision's: their requests are found by the address it was about. */
async function requestsOfDecision(text: string, place: Place): Promise<readonly ApprovalRequest[]> {
  const reference = readReference(text);
  if (reference === undefined) return [];
  const records = await decisionStore(place.dynamodb, place.decisionsTable).byReference(reference);
  const emails = new Set(records.flatMap(({ email }) => email ?? []));
  const found = await Promise.all([...emails].map((email) => requestsMeant(approvalsAt(place), email)));
  return found.flatMap((requests) => requests ?? []);
}

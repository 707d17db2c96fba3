import type { Deployment } from "../../../cli/deployment";
import { gatherPages } from "../../../engine/collections";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { buildPersonId, eachHash } from "../../../engine/sign-up/person";
import { findNewestGate } from "../../approvals/request";
import { approvalStore } from "../../approvals/store/approvals";
import { decisionStore } from "../../decisions/store/decisions";
import type { PersonRecords } from "../next-try";

const NEWEST = 20;

/** Reads the person's newest decisions and their requests, invitations included. */
export async function readPerson(email: string, deployment: Deployment): Promise<PersonRecords> {
  const { dynamodb, decisionsTable, tables, tableOf } = deployment;
  const { records: recent } = await decisionStore(dynamodb, decisionsTable).newestOf("mailbox", email, NEWEST);
  if (tables.approvals === undefined) return { recent, requests: [] };
  const store = approvalStore(dynamodb, tableOf("approvals"), () => undefined);
  const pages = eachHash(await deployment.hashes()).map((hashOf) => gatherPages(store.byPerson(buildPersonId(email, hashOf))));
  const requests = (await Promise.all(pages)).flat();
  return { recent, requests: requests.sort((one, other) => (one.changedAt > other.changedAt ? -1 : 1)) };
}

/** Returns the gate for which a command answers if it names none, as the person's page does. */
export function findGateNow({ recent, requests }: PersonRecords, { gates }: Pick<Deployment, "gates">): string {
  const gate = findNewestGate(recent, requests);
  return gates.includes(gate) ? gate : DEFAULT_GATE;
}

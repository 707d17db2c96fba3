import type { Deployment } from "../../../cli/deployment";
import { gatherPages } from "../../../engine/collections";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { buildPersonId, eachHash } from "../../../engine/sign-up/person";
import { type AccountStanding, findAccountStanding } from "../../accounts/account";
import { accountStore } from "../../accounts/store/accounts";
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
  const requests = await readByPerson(
    approvalStore(dynamodb, tableOf("approvals"), () => undefined),
    email,
    deployment,
  );
  return { recent, requests: requests.toSorted((one, other) => (one.changedAt > other.changedAt ? -1 : 1)) };
}

/** Undefined if no account of the person is known. */
export async function readAccountStanding(email: string, deployment: Deployment, now: Date): Promise<AccountStanding | undefined> {
  const { dynamodb, tables } = deployment;
  if (tables.accounts === undefined) return undefined;
  return findAccountStanding(
    await readByPerson(
      accountStore(dynamodb, tables.accounts, () => undefined),
      email,
      deployment,
    ),
    now,
  );
}

async function readByPerson<Row>(
  store: { byPerson(id: string): AsyncIterable<readonly Row[]> },
  email: string,
  { hashes }: Deployment,
): Promise<readonly Row[]> {
  const pages = eachHash(await hashes()).map((hashOf) => gatherPages(store.byPerson(buildPersonId(email, hashOf))));
  return (await Promise.all(pages)).flat();
}

/** Returns the gate for which a command answers if it names none, as the person's page does. */
export function findGateNow({ recent, requests }: PersonRecords, { gates }: Pick<Deployment, "gates">): string {
  const gate = findNewestGate(recent, requests);
  return gates.includes(gate) ? gate : DEFAULT_GATE;
}

import type { Deployment } from "../../../cli/deployment";
import { findMissingRight, leftOutLine } from "../../../cli/failure";
import type { Output } from "../../../cli/output";
import { gatherPages } from "../../../engine/collections";
import type { MailLine } from "../../../engine/mail/mail-line";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { buildPersonId, eachHash } from "../../../engine/sign-up/person";
import { type AccountStanding, findAccountStanding } from "../../accounts/account";
import { accountStore } from "../../accounts/store/accounts";
import { findNewestGate } from "../../approvals/request";
import { approvalStore } from "../../approvals/store/approvals";
import { readMails } from "../../approvals/verbs/mails-listed";
import { decisionStore } from "../../decisions/store/decisions";
import { findTroubles } from "../../mails/words";
import type { PersonRecords } from "../next-try";

const NEWEST = 20;

export interface PersonNow {
  readonly records: PersonRecords;
  /** Undefined if no account of the person is known. */
  readonly account: AccountStanding | undefined;
  /** Mails about the requests that came back, wait or are late. */
  readonly mails: readonly MailLine[];
}

type Part = "decisions" | "requests" | "account" | "mails";

/**
 * Reads the person's newest decisions, their requests, invitations included, mails about these, and their account. Parts that the credentials may not
 * read are left out, and one warning names them with the missing rights.
 */
export async function readPerson(
  email: string,
  deployment: Deployment,
  { output, now, parts }: { readonly output: Pick<Output, "warn">; readonly now: Date; readonly parts: readonly Part[] },
): Promise<PersonNow> {
  const missing = new Map<Part, string>();
  const readPart = async <T>(part: Part, without: T, read: () => Promise<T>): Promise<T> => {
    if (!parts.includes(part)) return without;
    try {
      return await read();
    } catch (error) {
      const right = findMissingRight(error);
      if (right === undefined) throw error;
      missing.set(part, right);
      return without;
    }
  };
  const [recent, requests, account] = await Promise.all([
    readPart("decisions", [], () => readDecisions(email, deployment)),
    readPart("requests", [], () => readRequests(email, deployment)),
    readPart("account", undefined, () => readAccountStanding(email, deployment, now)),
  ]);
  const mails = requests.length === 0 ? [] : await readPart("mails", [], () => readTroubles(requests, deployment));
  if (missing.size > 0) {
    output.warn(leftOutLine([...missing].map(([part, right]) => `${part} (${right})`)));
  }
  return { records: { recent, requests }, account, mails };
}

async function readTroubles(requests: PersonRecords["requests"], deployment: Deployment): Promise<readonly MailLine[]> {
  const lines = await readMails(requests, deployment);
  return [...lines.values()].flatMap(findTroubles);
}

async function readDecisions(email: string, { dynamodb, decisionsTable }: Deployment): Promise<PersonRecords["recent"]> {
  return (await decisionStore(dynamodb, decisionsTable).newestOf("mailbox", email, NEWEST)).records;
}

async function readRequests(email: string, deployment: Deployment): Promise<PersonRecords["requests"]> {
  const { dynamodb, tables } = deployment;
  if (tables.approvals === undefined) return [];
  const requests = await readByPerson(
    approvalStore(dynamodb, tables.approvals, () => undefined),
    email,
    deployment,
  );
  return requests.toSorted((one, other) => (one.changedAt > other.changedAt ? -1 : 1));
}

async function readAccountStanding(email: string, deployment: Deployment, now: Date): Promise<AccountStanding | undefined> {
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

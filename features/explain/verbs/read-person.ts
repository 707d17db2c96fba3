import { makeWorld, type OperatorPlace } from "../../../adapters/operator/world";
import type { Deployment } from "../../../cli/deployment";
import { findMissingRight, leftOutLine } from "../../../cli/failure";
import type { Output } from "../../../cli/output";
import { operatorPlace } from "../../../cli/view";
import type { MailLine } from "../../../engine/mail/mail-line";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { type AccountStanding, findAccountStanding } from "../../accounts/account";
import { accountsOfPerson } from "../../accounts/world";
import { findNewestGate } from "../../approvals/request";
import { omitUntrue } from "../../approvals/returned-mails";
import { readMailsAbout } from "../../approvals/verbs/list";
import { disabledByIncident } from "../../incidents/world";
import { findTroubles, listPersonSubjects } from "../../mails/words";
import type { PersonRecords } from "../next-try";
import { personRecords } from "../world";

export interface PersonNow {
  readonly records: PersonRecords;
  /** Undefined if no account of the person is known. */
  readonly account: AccountStanding | undefined;
  /** Mails about the requests, accounts and decisions that came back, wait or are late. */
  readonly mails: readonly MailLine[];
}

type Part = "decisions" | "requests" | "account" | "incidents" | "mails";

/**
 * Reads the person's newest decisions, their requests, invitations included, their account, whether an incident disabled it, and mails
 * about these. Parts that the credentials may not read are left out, and one warning names them with the missing rights.
 */
export async function readPerson(
  email: string,
  deployment: Deployment,
  { output, now, parts }: { readonly output: Pick<Output, "warn">; readonly now: Date; readonly parts: readonly Part[] },
): Promise<PersonNow> {
  const missing = new Map<string, string>();
  const readPart: NonNullable<OperatorPlace["readPart"]> = async (part, without, read) => {
    if (!parts.some((each) => each === part)) return without;
    try {
      return await read();
    } catch (error) {
      const right = findMissingRight(error);
      if (right === undefined) throw error;
      missing.set(part, right);
      return without;
    }
  };
  const uses = { readRecords: personRecords, readAccounts: accountsOfPerson, findShutOuts: disabledByIncident };
  const world = makeWorld(uses, { ...operatorPlace(deployment), readPart });
  const [records, accounts, shutOuts] = await Promise.all([
    world.readRecords(email),
    world.readAccounts(email),
    world.findShutOuts([email]),
  ]);
  const subjects = listPersonSubjects({ ...records, accounts, decisions: records.recent });
  const lines = await readPart("mails", [], async () => [
    ...omitUntrue(await readMailsAbout(subjects, deployment), records.requests, now).values(),
  ]);
  if (missing.size > 0) output.warn(leftOutLine([...missing].map(([part, right]) => `${part} (${right})`)));
  return { records, account: findAccountStanding(accounts, shutOuts.has(email), now), mails: lines.flatMap(findTroubles) };
}

/** Returns the gate for which a command answers if it names none, as the person's page does. */
export function findGateNow({ recent, requests }: PersonRecords, { gates }: Pick<Deployment, "gates">): string {
  const gate = findNewestGate(recent, requests);
  return gates.includes(gate) ? gate : DEFAULT_GATE;
}

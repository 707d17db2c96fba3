import { mapInBatches } from "../../engine/collections";
import { mailSubjects } from "../../engine/mail/mail-line";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { Task } from "../../engine/tasks/task";
import type { PartnerRow } from "../access-list/partner";
import type { AccountRow } from "../accounts/account";
import { findReturnedRequests, type RequestMailSources, selectIds, selectReturned } from "../approvals/returned-mails";
import { hasCome } from "../inbox/outages";

const READ_AT_ONCE = 50;

interface DecisionSources {
  byReference(reference: string): Promise<readonly DecisionRecord[]>;
  newestOf(by: "mailbox", who: string, limit: number): Promise<{ readonly records: readonly DecisionRecord[] }>;
}

interface MailSources extends RequestMailSources {
  /** Subjects of mails that came back lately. */
  returnedSubjects(): Promise<readonly string[]>;
  getAccount(id: string): Promise<AccountRow | undefined>;
  getPartner(domain: string): Promise<PartnerRow | undefined>;
  getTasks(subjects: readonly string[]): Promise<ReadonlyMap<string, Task>>;
  readonly decisions: DecisionSources;
}

/**
 * Finds what `findReturnedRequests` finds, and whatever else has a mail that came back and was not sent again since: accounts with access,
 * partners, people turned away by an outage who have not come since, and tasks that somebody still has.
 */
export async function findReturnedMails(sources: MailSources, now: Date) {
  const { getAccount, getPartner, getTasks, decisions, readLines } = sources;
  const subjects = await sources.returnedSubjects();
  const [accountIds, domains, references, taskSubjects] = ["account", "partner", "decision", "task"].map((kind) =>
    selectIds(subjects, kind),
  ) as [readonly string[], readonly string[], readonly string[], readonly string[]];
  const readAll = <Row>(ids: readonly string[], read: (id: string) => Promise<Row | undefined>) => mapInBatches(ids, READ_AT_ONCE, read);
  const [requests, accounts, partners, people, tasks, lines] = await Promise.all([
    findReturnedRequests(subjects, sources, now),
    // A row that cannot be read is told of elsewhere.
    readAll(accountIds, (id) => getAccount(id).catch(() => undefined)),
    readAll(domains, getPartner),
    readAll(references, (reference) => findTurnedAway(reference, decisions)),
    getTasks(taskSubjects),
    readLines(subjects.filter((subject) => selectIds([subject], "request").length === 0)),
  ]);
  const select = <Row extends { readonly id: string }>(rows: readonly (Row | undefined)[], toSubject: (id: string) => string) =>
    selectReturned(
      rows.filter((row) => row !== undefined),
      lines,
      toSubject,
    );
  return {
    ...requests,
    accounts: select(
      accounts.filter((account) => account?.state === "in"),
      mailSubjects.account,
    ),
    partners: select(partners, mailSubjects.partner),
    turnedAway: select(people, mailSubjects.decision),
    tasks: select(
      [...tasks.values()].filter(({ owner, done }) => owner !== undefined && done === undefined).map(({ subject }) => ({ id: subject })),
      (subject) => `task/${subject}`,
    ),
  };
}

async function findTurnedAway(reference: string, decisions: DecisionSources) {
  const [record] = await decisions.byReference(reference);
  if (record?.email === undefined) return undefined;
  const [newest] = (await decisions.newestOf("mailbox", record.email, 1)).records;
  return hasCome({ since: newest?.id === record.id ? undefined : newest }) ? undefined : { id: reference, email: record.email };
}

export type ReturnedMails = Awaited<ReturnType<typeof findReturnedMails>>;

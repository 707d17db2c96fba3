import { mapInBatches } from "../../engine/collections";
import { currentLines, isReturned, type MailLine, mailSubjects } from "../../engine/mail/mail-line";
import { requestSubject, subjectParts } from "../../engine/tasks/task";
import type { AccountRow } from "../accounts/account";
import { isOpen } from "../approvals/invite-person";
import type { ApprovalRequest } from "../approvals/request";
import { stateAt } from "../approvals/state-at";

const READ_AT_ONCE = 50;

export interface ReturnedMail<Row> {
  readonly row: Row;
  /** The newest mail about it that came back. */
  readonly line: MailLine;
}

export interface MailSources {
  /** Subjects of mails that came back lately. */
  returnedSubjects(): Promise<readonly string[]>;
  readLines(subjects: readonly string[]): Promise<ReadonlyMap<string, readonly MailLine[]>>;
  getRequests(ids: readonly string[]): Promise<readonly ApprovalRequest[]>;
  getAccount(id: string): Promise<AccountRow | undefined>;
}

/** Finds open invitations, waiting requests and accounts with a mail that came back and was not sent again since. The oldest come first. */
export async function findReturnedMails({ returnedSubjects, readLines, getRequests, getAccount }: MailSources, now: Date) {
  const subjects = await returnedSubjects();
  const selectIds = (kind: "request" | "account") =>
    subjects.flatMap((subject) => (subjectParts(subject)?.kind === kind ? (subjectParts(subject)?.id ?? []) : []));
  const [requestIds, accountIds] = [selectIds("request"), selectIds("account")];
  const read = [...requestIds.map(requestSubject), ...accountIds.map(mailSubjects.account)];
  const [requests, accounts, lines] = await Promise.all([
    requestIds.length === 0 ? [] : getRequests(requestIds),
    // A row that cannot be read is told of elsewhere.
    mapInBatches(accountIds, READ_AT_ONCE, (id) => getAccount(id).catch(() => undefined)),
    read.length === 0 ? new Map<string, readonly MailLine[]>() : readLines(read),
  ]);
  const selectReturned = <Row extends { readonly id: string }>(rows: readonly Row[], toSubject: (id: string) => string) =>
    rows
      .flatMap((row): readonly ReturnedMail<Row>[] => {
        const line = currentLines(lines.get(toSubject(row.id)) ?? [])
          .filter(isReturned)
          .at(-1);
        return line === undefined ? [] : [{ row, line }];
      })
      .sort((one, other) => (one.line.at < other.line.at ? -1 : 1));
  const returned = selectReturned(requests, requestSubject);
  const accountsIn = accounts.filter((account) => account?.state === "in") as readonly AccountRow[];
  return {
    invitations: returned.filter(({ row }) => isOpen(row, now)),
    requests: returned.filter(({ row }) => stateAt(row, now) === "pending"),
    accounts: selectReturned(accountsIn, mailSubjects.account),
  };
}

export type ReturnedMails = Awaited<ReturnType<typeof findReturnedMails>>;

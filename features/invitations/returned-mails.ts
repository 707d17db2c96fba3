import { mapInBatches } from "../../engine/collections";
import { mailSubjects } from "../../engine/mail/mail-line";
import type { AccountRow } from "../accounts/account";
import { findReturnedRequests, type RequestMailSources, selectIds, selectReturned } from "../approvals/returned-mails";

const READ_AT_ONCE = 50;

interface MailSources extends RequestMailSources {
  /** Subjects of mails that came back lately. */
  returnedSubjects(): Promise<readonly string[]>;
  getAccount(id: string): Promise<AccountRow | undefined>;
}

/** Finds what `findReturnedRequests` finds, and accounts with a mail that came back and was not sent again since. */
export async function findReturnedMails({ returnedSubjects, getAccount, ...sources }: MailSources, now: Date) {
  const subjects = await returnedSubjects();
  const ids = selectIds(subjects, "account");
  const [requests, accounts, lines] = await Promise.all([
    findReturnedRequests(subjects, sources, now),
    // A row that cannot be read is told of elsewhere.
    mapInBatches(ids, READ_AT_ONCE, (id) => getAccount(id).catch(() => undefined)),
    sources.readLines(ids.map(mailSubjects.account)),
  ]);
  const accountsIn = accounts.filter((account) => account?.state === "in") as readonly AccountRow[];
  return { ...requests, accounts: selectReturned(accountsIn, lines, mailSubjects.account) };
}

export type ReturnedMails = Awaited<ReturnType<typeof findReturnedMails>>;

import { readMailLines, readReturned } from "../../../adapters/mail/mail-states";
import type { Deployment } from "../../../cli/deployment";
import type { Output } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import type { MailLine } from "../../../engine/mail/mail-line";
import type { Query } from "../../../engine/operator/list";
import { requestSubject } from "../../../engine/tasks/task";
import type { mailFilters } from "../../mails/filters";
import { describeMail, findTroubles, mailWords } from "../../mails/words";
import type { ApprovalRequest } from "../request";

export type MailsPlace = Pick<Deployment, "dynamodb" | "tableOf">;

/** Returns what became of mails about requests, by `requestSubject`. */
export function readMails(requests: readonly ApprovalRequest[], place: MailsPlace): Promise<ReadonlyMap<string, readonly MailLine[]>> {
  return readMailsAbout(
    requests.map(({ id }) => requestSubject(id)),
    place,
  );
}

export async function readMailsAbout(
  subjects: readonly string[],
  { dynamodb, tableOf }: MailsPlace,
): Promise<ReadonlyMap<string, readonly MailLine[]>> {
  return subjects.length === 0 ? new Map() : await readMailLines(dynamodb, tableOf("ledger"), subjects);
}

/**
 * Returns a function that gives a row's mails. A role that may not read them, and a stack that sends none, get none.
 * @param part what the role may not read, for the warning
 */
export async function readMailsOf<Row>(
  rows: readonly Row[],
  toSubject: (row: Row) => string,
  part: string,
  deployment: Deployment,
  output: Pick<Output, "warn">,
): Promise<(row: Row) => readonly MailLine[]> {
  const readAll = async () => await readMailsAbout(rows.map(toSubject), deployment);
  const mails = await operatorPlace(deployment, output).readPart?.(part, new Map<string, readonly MailLine[]>(), readAll);
  return (row) => mails?.get(toSubject(row)) ?? [];
}

/** Returns the subjects of mails that came back lately, some of which were sent again. Undefined unless `--mail` asks for them. */
export async function readReturnedSubjects(
  { mail }: Query<typeof mailFilters>,
  { dynamodb, tableOf }: MailsPlace,
  now: Date,
): Promise<ReadonlySet<string> | undefined> {
  return mail === undefined ? undefined : new Set(await readReturned(dynamodb, tableOf("ledger"), now));
}

/** The member of JSON about a request, an account or a partner. */
export function toMailsField(lines: readonly MailLine[]): { readonly mails?: readonly Omit<MailLine, "reader">[] } {
  return lines.length === 0 ? {} : { mails: lines.map(({ reader: _, ...line }) => line) };
}

/** Says of each mail that came back, waits or is late what became of it. */
export function listTroubles(lines: readonly MailLine[]): readonly string[] {
  return findTroubles(lines).map(describeLine);
}

export function describeLine(line: MailLine): string {
  return describeMail(mailWords.en, line, localTime);
}

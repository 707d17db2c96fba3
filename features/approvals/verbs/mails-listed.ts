import { readMailLines } from "../../../adapters/mail/mail-states";
import type { Deployment } from "../../../cli/deployment";
import { localTime } from "../../../cli/typed";
import type { MailLine } from "../../../engine/mail/mail-line";
import { requestSubject } from "../../../engine/tasks/task";
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

/** The member of JSON about a request or a partner. */
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

import type { JsonOption } from "../../../cli/command";
import { alignedTable, type Output } from "../../../cli/output";
import { currentLines, isReturned, type MailLine } from "../../../engine/mail/mail-line";
import { requestSubject } from "../../../engine/tasks/task";
import { requestView } from "../deciding";
import type { ApprovalRequest } from "../request";
import { type MailsPlace, readMails, toMailsField } from "./mails-listed";

interface Listing {
  isMeant(request: ApprovalRequest): boolean;
  readonly headings: readonly string[];
  buildCells(request: ApprovalRequest, mails: readonly MailLine[]): readonly string[];
  readonly deployment: MailsPlace;
  readonly none: string;
  /** Said after the list if a mail about a listed request came back. @default nothing */
  readonly onReturned?: string;
}

export async function listRequestPages(
  pages: AsyncIterable<readonly ApprovalRequest[]>,
  { isMeant, headings, buildCells, deployment, none, onReturned }: Listing,
  { limit, json }: JsonOption & { readonly limit: number },
  output: Output,
  now: Date,
): Promise<void> {
  const alignRows = alignedTable();
  let count = 0;
  let hasReturned = false;
  for await (const all of pages) {
    const page = all.filter(isMeant);
    const rest = limit - count;
    const requests = page.slice(0, rest);
    const mails = await readMails(requests, deployment);
    const findLines = ({ id }: ApprovalRequest): readonly MailLine[] => mails.get(requestSubject(id)) ?? [];
    hasReturned ||= requests.some((request) => currentLines(findLines(request)).some(isReturned));
    if (json) for (const request of requests) output.json({ ...requestView(request, now), ...toMailsField(findLines(request)) });
    else if (requests.length > 0) {
      const rows = requests.map((request) => buildCells(request, findLines(request)));
      for (const line of alignRows(count === 0 ? [headings, ...rows] : rows)) output.print(line);
    }
    count += requests.length;
    if (page.length <= rest) continue;
    output.warn(`There are more than ${limit}: see --limit.`);
    break;
  }
  if (count === 0) output.warn(none);
  if (hasReturned && onReturned !== undefined) output.warn(onReturned);
}

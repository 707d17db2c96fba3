import type { JsonOption } from "../../../cli/command";
import { alignedTable, type Output } from "../../../cli/output";
import { listReturned, type MailLine } from "../../../engine/mail/mail-line";
import type { Query } from "../../../engine/operator/list";
import { requestSubject } from "../../../engine/tasks/task";
import type { mailFilters } from "../../mails/filters";
import { requestView } from "../deciding";
import type { ApprovalRequest } from "../request";
import { stateAt } from "../state-at";
import { type MailsPlace, readMails, readReturnedSubjects, toMailsField } from "./mails-listed";

interface Listing {
  readonly query: Query<typeof mailFilters>;
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
  { query, isMeant, headings, buildCells, deployment, none, onReturned }: Listing,
  { limit, json }: JsonOption & { readonly limit: number },
  output: Output,
  now: Date,
): Promise<void> {
  const alignRows = alignedTable();
  const returned = await readReturnedSubjects(query, deployment, now);
  let count = 0;
  let hasReturned = false;
  for await (const all of pages) {
    const rest = limit - count;
    const meant = all.filter((each) => isMeant(each) && returned?.has(requestSubject(each.id)) !== false);
    const mails = await readMails(returned === undefined ? meant.slice(0, rest) : meant, deployment);
    const findLines = ({ id }: ApprovalRequest): readonly MailLine[] => mails.get(requestSubject(id)) ?? [];
    const isDecided = (each: ApprovalRequest) => each.invitation === undefined && stateAt(each, now) !== "pending";
    const isReturned = (each: ApprovalRequest) => listReturned(findLines(each), isDecided(each)).length > 0;
    const page = returned === undefined ? meant : meant.filter(isReturned);
    const requests = page.slice(0, rest);
    hasReturned ||= requests.some(isReturned);
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

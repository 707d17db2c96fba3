import { listReturned, type MailLine } from "../../engine/mail/mail-line";
import type { PageSource } from "../../engine/operator/list";
import { requestSubject, subjectParts } from "../../engine/tasks/task";
import { isOpen } from "./invite-person";
import type { ApprovalRequest, ApprovalState } from "./request";
import { stateAt } from "./state-at";

export interface ReturnedMail<Row> {
  readonly row: Row;
  /** The mails about it that came back, the newest last. */
  readonly lines: readonly MailLine[];
}

type Lines = ReadonlyMap<string, readonly MailLine[]>;

/** Leaves out mails that wait and will not be sent: to an invitation that is not open, to approvers of a request that is decided. */
export function omitUntrue(mails: Lines, requests: readonly ApprovalRequest[], now: Date): Lines {
  const kept = new Map(mails);
  for (const request of requests) {
    const subject = requestSubject(request.id);
    const isPending = stateAt(request, now) === "pending";
    const isTrue: Readonly<Record<string, boolean>> = {
      "invitation.sent.v1": isOpen(request, now),
      ...{ "approval.requested.v1": isPending, "approval.stage.v1": isPending },
    };
    const lines = (mails.get(subject) ?? []).filter(({ kind, state }) => state !== "waiting" || isTrue[kind] !== false);
    if (mails.has(subject)) kept.set(subject, lines);
  }
  return kept;
}

export interface RequestMailSources {
  readLines(subjects: readonly string[]): Promise<Lines>;
  getRequests(ids: readonly string[]): Promise<readonly ApprovalRequest[]>;
}

/** States of decided requests whose people may not know the decision if the mail came back. Who is admitted came all the same. */
const toldStates: readonly ApprovalState[] = ["approved", "denied", "provisioning", "provisioned", "expired"];

/**
 * Finds open invitations, waiting and decided requests with a mail that came back and was not sent again since. The oldest mails come first.
 * @param subjects of mails that came back lately
 */
export async function findReturnedRequests(subjects: readonly string[], { readLines, getRequests }: RequestMailSources, now: Date) {
  const ids = selectIds(subjects, "request");
  const [requests, lines] = await Promise.all([
    ids.length === 0 ? [] : getRequests(ids),
    ids.length === 0 ? new Map<string, readonly MailLine[]>() : readLines(ids.map(requestSubject)),
  ]);
  const returned = selectReturned(requests, lines, requestSubject);
  const isDecided = (row: ApprovalRequest) => {
    const state = stateAt(row, now);
    // A colleague who asked for a guest comes by no request.
    return row.invitation === undefined && (toldStates.includes(state) || (row.ask !== undefined && state === "admitted"));
  };
  return {
    invitations: returned.filter(({ row }) => isOpen(row, now)),
    requests: returned.filter(({ row }) => stateAt(row, now) === "pending"),
    decided: selectReturned(requests.filter(isDecided), lines, requestSubject, true),
  };
}

export function selectIds(subjects: readonly string[], kind: string): readonly string[] {
  return subjects.flatMap((subject) => (subjectParts(subject)?.kind === kind ? (subjectParts(subject)?.id ?? []) : []));
}

/** @param isDecided true for decided requests, of which only the answer counts */
export function selectReturned<Row extends { readonly id: string }>(
  rows: readonly Row[],
  lines: Lines,
  toSubject: (id: string) => string,
  isDecided?: boolean,
): readonly ReturnedMail<Row>[] {
  return rows
    .flatMap((row): readonly ReturnedMail<Row>[] => {
      const returned = listReturned(lines.get(toSubject(row.id)) ?? [], isDecided);
      return returned.length === 0 ? [] : [{ row, lines: returned }];
    })
    .sort((one, other) => (readPlace(one) < readPlace(other) ? -1 : 1));
}

const readPlace = ({ row: { id }, lines }: ReturnedMail<{ readonly id: string }>) => `${lines.at(-1)?.at} ${id}`;

/** Those about whom a mail came back, the oldest mail first: so few that one read gathers them. */
export function buildReturnedSource<Row extends { readonly id: string }, Item extends object>(
  read: () => Promise<readonly ReturnedMail<Row>[]>,
  toItem: (row: Row) => Item,
): PageSource<Item, string> {
  const places = new Map<Item, string>();
  return {
    async read(from = "") {
      const rest = (await read()).filter((each) => readPlace(each) > from);
      const items = rest.map((each) => {
        const item = toItem(each.row);
        places.set(item, readPlace(each));
        return item;
      });
      return { items };
    },
    after: (item) => places.get(item) ?? "",
  };
}

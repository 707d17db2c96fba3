import { readMailLines, readReturned } from "../../../adapters/mail/mail-states";
import { makeWorld } from "../../../adapters/operator/world";
import type { CommandContext, DeploymentOptions, JsonOption } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { isAtGate } from "../../../cli/gates";
import { alignedTable, type Output } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace, readTypedQuery } from "../../../cli/view";
import { gatherPages } from "../../../engine/collections";
import { keepGiven } from "../../../engine/json";
import { listReturned, type MailLine } from "../../../engine/mail/mail-line";
import type { Query } from "../../../engine/operator/list";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { isSnoozed, requestSubject } from "../../../engine/tasks/task";
import { mailFilters } from "../../mails/filters";
import { describeMail, findTroubles, mailWords } from "../../mails/words";
import { requestView } from "../deciding";
import { compareKeys, countByDomain, createSortKey, isRequestMeant, requestFilters } from "../filters";
import { decidedStates, readInState, readStates } from "../in-state";
import type { ApprovalRequest, ApprovalState } from "../request";
import { ageText, approvalWords, providerText } from "../request-words";
import { omitUntrue } from "../returned-mails";
import { asks } from "../stages";
import { readDeadline, stateAt } from "../state-at";
import { readTasks } from "../world";
import { withDelegators } from "./delegations";
import { openApprovals, readActor } from "./requests";
import { parseApprovers } from "./stages";

export interface ListOptions extends DeploymentOptions, JsonOption {
  readonly state: ApprovalState | "decided";
  readonly limit: number;
}

const words = approvalWords.en;
const headings = ["REFERENCE", "AGE", "E-MAIL", "SIGNED IN WITH", "GATE", "ANSWER BY", "REMARK"];
const GATE_COLUMN = headings.indexOf("GATE");

export async function listRequests(options: ListOptions, { output }: CommandContext): Promise<void> {
  const now = new Date();
  const { state } = options;
  const { mail, answer, sort, ...query } = readTypedQuery({ ...requestFilters, ...mailFilters }, options, now);
  if (query.asks !== undefined) parseApprovers([query.asks]);
  const deployment = await deploymentFor(options);
  const selectColumns = (cells: readonly string[]) => cells.filter((_, index) => deployment.gates.length > 1 || index !== GATE_COLUMN);
  const listing = {
    query: { mail },
    isMeant: (request: ApprovalRequest) =>
      // `invite list` shows invitations. People make pending requests themselves.
      isAtGate(request, options) && (request.invitation === undefined || state === "pending") && isRequestMeant(query, request, now),
    headings: selectColumns(headings),
    buildCells: (request: ApprovalRequest, mails: readonly MailLine[], task: TaskField) =>
      selectColumns(formatRequestCells(request, [...listTaskRemarks(task), ...listTroubles(mails)], now)),
    deployment,
    none: state === "pending" ? "No request waits for an answer." : `No request is ${state}.`,
  };
  const store = openApprovals(deployment, output.warn);
  const order = state === "pending" || sort === "oldest" ? "oldest-first" : "newest-first";
  const inOrder = state === "decided" ? readPages(readStates(store, decidedStates, { now, order })) : readInState(store, state, now, order);
  const pages = answer === undefined ? inOrder : selectAnswerable(inOrder, options, deployment, now);
  await listRequestPages(sort === "domain" ? sortByDomain(pages, listing.isMeant, now) : pages, listing, options, output, now);
}

async function* readPages({ read }: ReturnType<typeof readStates>): AsyncGenerator<readonly ApprovalRequest[]> {
  for (let place: Parameters<typeof read>[0]; ; ) {
    const { items, next } = await read(place);
    yield items;
    if (next === undefined) return;
    place = next;
  }
}

/** Selects requests as `readTurn` of the queue does. */
async function* selectAnswerable(
  pages: AsyncIterable<readonly ApprovalRequest[]>,
  options: DeploymentOptions,
  deployment: Deployment,
  now: Date,
): AsyncGenerator<readonly ApprovalRequest[]> {
  const decider = await withDelegators((await readActor(options, deployment)).decider, deployment);
  for await (const page of pages) {
    const open = page.filter((request) => asks(request, decider, now));
    const tasks = await readTaskFields(open, deployment, now);
    yield open.filter(({ id }) => tasks.get(id)?.snoozedUntil === undefined);
  }
}

async function* sortByDomain(
  pages: AsyncIterable<readonly ApprovalRequest[]>,
  isMeant: Listing["isMeant"],
  now: Date,
): AsyncGenerator<readonly ApprovalRequest[]> {
  const requests = (await gatherPages(pages)).filter(isMeant);
  const buildKey = createSortKey("domain", countByDomain(requests, { names: [] }, now));
  yield requests.sort((one, other) => compareKeys(buildKey(one), buildKey(other)));
}

function formatRequestCells(request: ApprovalRequest, others: readonly string[], now: Date): readonly string[] {
  const { reference, requestedAt, email, gate = DEFAULT_GATE, emailProven, failure } = request;
  const remarks = [...(emailProven ? [] : [words.notProven]), ...(failure === undefined ? [] : [failure.reason]), ...others];
  const deadline = readDeadline(request, now);
  const due = deadline === undefined ? "" : localTime(deadline);
  return [reference, ageText(words, requestedAt, now), email, providerText(words, request), gate, due, remarks.join(", ")];
}

type MailsBySubject = ReadonlyMap<string, readonly MailLine[]>;

export type MailsPlace = Pick<Deployment, "dynamodb" | "tableOf">;

/** Returns what became of mails about requests, by `requestSubject`. */
export async function readMails(requests: readonly ApprovalRequest[], place: MailsPlace): Promise<MailsBySubject> {
  const subjects = requests.map(({ id }) => requestSubject(id));
  return omitUntrue(await readMailsAbout(subjects, place), requests, new Date());
}

export async function readMailsAbout(subjects: readonly string[], { dynamodb, tableOf }: MailsPlace): Promise<MailsBySubject> {
  return subjects.length === 0 ? new Map() : await readMailLines(dynamodb, tableOf("ledger"), subjects, new Date());
}

/**
 * Returns a function that gives a row's mails. A role that may not read them, and a stack that sends none, get none.
 * @param part what the role may not read, for the warning
 */
export async function readRowMails<Row>(
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

/** Returns the mails about those of whom one came back lately, by subject. Undefined unless `--mail` asks for them. */
export async function readReturnedLines(
  { mail }: Query<typeof mailFilters>,
  place: MailsPlace,
  now: Date,
): Promise<MailsBySubject | undefined> {
  return mail === undefined ? undefined : await readMailsAbout(await readReturned(place.dynamodb, place.tableOf("ledger"), now), place);
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

export type TaskField = { readonly owner?: string | undefined; readonly snoozedUntil?: string | undefined };

/** Returns who has each request, and until when it is snoozed, by the request's id. */
export async function readTaskFields(
  requests: readonly ApprovalRequest[],
  deployment: Deployment,
  now: Date,
): Promise<ReadonlyMap<string, TaskField>> {
  if (requests.length === 0) return new Map();
  const tasks = await makeWorld({ readTasks }, operatorPlace(deployment)).readTasks.of(requests.map(({ id }) => requestSubject(id)));
  return new Map(
    requests.flatMap(({ id }) => {
      const task = tasks.get(requestSubject(id));
      if (task === undefined || task.done !== undefined) return [];
      const { owner, snoozedUntil } = task;
      return [[id, keepGiven({ owner: owner?.name, snoozedUntil: isSnoozed(task, now) ? snoozedUntil : undefined })]];
    }),
  );
}

/** "owner Mina Park", "snoozed until 2026-11-25 09:00". */
function listTaskRemarks({ owner, snoozedUntil }: TaskField): readonly string[] {
  const remarks: string[] = [];
  if (owner !== undefined) remarks.push(`owner ${owner}`);
  if (snoozedUntil !== undefined) remarks.push(`snoozed until ${localTime(snoozedUntil)}`);
  return remarks;
}

interface Listing {
  readonly query: Query<typeof mailFilters>;
  isMeant(request: ApprovalRequest): boolean;
  readonly headings: readonly string[];
  buildCells(request: ApprovalRequest, mails: readonly MailLine[], task: TaskField): readonly string[];
  readonly deployment: Deployment;
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
  const returned = await readReturnedLines(query, deployment, now);
  const isReturned = (request: ApprovalRequest, lines: readonly MailLine[] = []) =>
    listReturned(lines, request.invitation === undefined && stateAt(request, now) !== "pending").length > 0;
  let count = 0;
  let hasReturned = false;
  for await (const all of pages) {
    const page = all.filter((each) => isMeant(each) && (returned === undefined || isReturned(each, returned.get(requestSubject(each.id)))));
    const rest = limit - count;
    const requests = page.slice(0, rest);
    const mails = returned ?? (await readMails(requests, deployment));
    const findLines = ({ id }: ApprovalRequest): readonly MailLine[] => mails.get(requestSubject(id)) ?? [];
    const tasks = await readTaskFields(requests, deployment, now);
    hasReturned ||= requests.some((each) => isReturned(each, findLines(each)));
    if (json)
      for (const request of requests)
        output.json({ ...requestView(request, now), ...tasks.get(request.id), ...toMailsField(findLines(request)) });
    else if (requests.length > 0) {
      const rows = requests.map((request) => buildCells(request, findLines(request), tasks.get(request.id) ?? {}));
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

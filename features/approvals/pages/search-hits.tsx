import type { DomainPart, NamedHit, SearchSource, Visit } from "../../../console/app/visit";
import { requestsPath } from "../../../console/parts/links";
import { countSoFar, shortenText } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { foldCase } from "../../../engine/characters";
import { readReference } from "../../../engine/sign-up/call";
import { requestSubject } from "../../../engine/tasks/task";
import { findMeantRequests, isRequestId, type RequestLookup } from "../deciding";
import type { ApprovalRequest, UnreadableRequestError } from "../request";
import { stateAt } from "../state-at";
import { nameText, requestPath } from "./approvals-parts";
import { readKnown } from "./known";
import { MAX_AT_ONCE, readBriefs } from "./queue-asked";
import type { QueuePage } from "./queue-read";

export const requestsFound: SearchSource = {
  named: async (visit, text) => [...(await findByCode(visit, text)), ...(await findById(visit, text))],
  ofDomain: (_, domain) => [{ path: requestsPath(domain), name: t.ofDomain(shortenText(domain, 80)), icon: "approvals" }],
};

function toNamedHit(name: string, id: string): NamedHit {
  return { rank: 1, path: requestPath(id), name, note: t.request, icon: "approvals" };
}

async function findByCode({ world }: Visit, text: string): Promise<readonly NamedHit[]> {
  const reference = readReference(text);
  const hits: NamedHit[] = [];
  if (reference === undefined) return hits;
  for await (const page of world.readableApprovals().byReference(reference)) {
    hits.push(...page.map(({ id }) => toNamedHit(reference, id)));
  }
  return hits;
}

async function findById({ world }: Visit, text: string): Promise<readonly NamedHit[]> {
  if (!isRequestId(text)) return [];
  // An unreadable row also gets a link, because its page says that the row is unreadable.
  const isThere = await world.approvals.get(text).then(
    (request) => request !== undefined,
    () => true,
  );
  return isThere ? [toNamedHit(text, text)] : [];
}

/** The found requests are shown in place of a view. */
export async function readFound(visit: Visit, text: string): Promise<QueuePage> {
  const unreadable: UnreadableRequestError[] = [];
  const store = visit.world.readableApprovals((error) => unreadable.push(error));
  const meantRequests = await findMeantRequests(store, text);
  const { requests, whole } = meantRequests === undefined ? await findWaiting(visit, text) : { requests: meantRequests, whole: true };
  const items = requests.length === 0 ? await readAskedRequests(visit, store, text) : requests;
  const [factsById, mails] = await Promise.all([readKnown(visit, items), visit.world.mailLines(items.map(({ id }) => requestSubject(id)))]);
  const page = { items, cut: false, searched: items.length, leftOut: [], later: false, stale: false };
  return { ...page, known: factsById, tasks: new Map(), mails, counts: {}, domains: new Map(), unreadable, whole };
}

/** Finds requests by the code of the decision that sent the applicant to an approver, because applicants see that code. */
async function readAskedRequests(visit: Visit, store: RequestLookup, text: string): Promise<readonly ApprovalRequest[]> {
  const reference = readReference(text);
  if (reference === undefined) return [];
  const emails = (await visit.world.decisions.byReference(reference)).flatMap(({ email, reasons }) =>
    email !== undefined && reasons.includes("approval.requested") ? [email] : [],
  );
  return (await Promise.all([...new Set(emails)].map((email) => findMeantRequests(store, email)))).flatMap((some) => some ?? []);
}

/** A search by name reads this many waiting requests, oldest first. */
const MOST_NAMED = 2_000;

/** `whole` is false if a limit ended the search. */
async function findWaiting({ world, now }: Visit, text: string) {
  const foundRequests: ApprovalRequest[] = [];
  let lookedCount = 0;
  let whole = true;
  for await (const page of world.readableApprovals().byState("pending")) {
    whole = lookedCount < MOST_NAMED && foundRequests.length < MAX_AT_ONCE;
    if (!whole) break;
    const isNamed = (request: ApprovalRequest) => foldCase(`${nameText(request)} ${request.email}`).includes(foldCase(text));
    foundRequests.push(...page.filter((request) => stateAt(request, now) === "pending" && isNamed(request)));
    lookedCount += page.length;
  }
  return { requests: foundRequests.slice(0, MAX_AT_ONCE), whole: whole && foundRequests.length <= MAX_AT_ONCE };
}

/** Time limit for the count of a domain's requests, for which all waiting requests are read. */
const COUNTING_MS = 800;

export async function requestsOfDomain(visit: Visit, domain: string): Promise<DomainPart> {
  const { briefs, whole } = await readBriefs(visit, "pending", { domain, ms: COUNTING_MS });
  const count = briefs.length;
  const requests = countSoFar(visit, count, whole);
  return {
    figure: requests === undefined ? undefined : [requests, t.waiting],
    content:
      count === 0 || requests === undefined ? null : (
        <p>
          <a href={requestsPath(domain)}>{t.requests(requests)}</a>
        </p>
      ),
  };
}

const t = pageTexts({
  request: ["request for approval", "승인 요청"],
  ofDomain: [(domain: string) => `Requests from ${domain}`, (domain) => `${domain}의 승인 요청`],
  waiting: ["waiting for approval", "승인 대기"],
  requests: [(count: string) => `Waiting requests: ${count}`, (count) => `대기 중인 요청: ${count}건`],
});

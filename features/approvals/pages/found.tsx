import type { DomainPart, NamedHit, SearchSource, Visit } from "../../../console/app/visit";
import { requestsPath } from "../../../console/parts/domain-link";
import { countSoFar, shortened } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { readReference } from "../../../engine/sign-up/call";
import { isRequestId } from "../deciding";
import { requestPath } from "./approvals-parts";
import { briefsIn, domainOf } from "./queue-asked";

export const requestsFound: SearchSource = {
  named: async (visit, text) => [...(await byCode(visit, text)), ...(await byId(visit, text))],
  ofDomain: (_, domain) => [{ path: requestsPath(domain), name: t.ofDomain(shortened(domain, 80)), icon: "approvals" }],
};

function hit(name: string, id: string): NamedHit {
  return { rank: 1, path: requestPath(id), name, note: t.request, icon: "approvals" };
}

async function byCode({ world }: Visit, text: string): Promise<readonly NamedHit[]> {
  const reference = readReference(text);
  const found: NamedHit[] = [];
  if (reference === undefined) return found;
  for await (const page of world.readableApprovals().byReference(reference)) {
    found.push(...page.map(({ id }) => hit(reference, id)));
  }
  return found;
}

async function byId({ world }: Visit, text: string): Promise<readonly NamedHit[]> {
  if (!isRequestId(text)) return [];
  // A row that cannot be read has a page too, which says so.
  const isThere = await world.approvals.get(text).then(
    (request) => request !== undefined,
    () => true,
  );
  return isThere ? [hit(text, text)] : [];
}

/** Those who wait are looked through that long: all of them are read. */
const COUNTING_MS = 800;

/** Number of a domain's waiting requests, as far as they are counted in time. */
export async function requestsOfDomain(visit: Visit, domain: string): Promise<DomainPart> {
  const { briefs, whole } = await briefsIn(visit, "pending", { ms: COUNTING_MS });
  const count = briefs.filter((brief) => domainOf(brief) === domain).length;
  const requests = countSoFar(visit, count, whole);
  return {
    ...(requests !== undefined && { figure: [requests, t.waiting] }),
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

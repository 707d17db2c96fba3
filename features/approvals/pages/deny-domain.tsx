import type { Child } from "hono/jsx";
import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { Alert, SURE } from "../../../console/parts/forms";
import { atLeast, countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseDomain } from "../../../engine/sign-up/email";
import type { Row } from "../../../engine/sign-up/rule";
import { readEntry } from "../../access-list/entry";
import { deniesAll } from "../../access-list/hygiene";
import { setPath } from "../../access-list/pages/change-set-parts";
import { makeEdit, reviewEdit } from "../../access-list/pages/make-edit";
import { readRow } from "../../access-list/row";
import { denyDomain } from "../acts/deny-domain";
import { readWaitingUnder } from "../in-state";
import { asks } from "../stages";
import { buildActor, buildDecider, requestPath } from "./approvals-parts";
import { queuePath } from "./queue-asked";

// An answer to a burst of requests: denies the domain in the access list, and its waiting requests.

/** Time for reading requests beside an edit of the list. */
const LOOKING_MS = 1_500;
const DENY_DOMAIN_PATH = "/approvals/deny-domain";

export function denyDomainPath(domain: string): string {
  return `${DENY_DOMAIN_PATH}?${new URLSearchParams({ domain })}`;
}

/** "Deny mailburst.example and its 60 requests" */
export function denyDomainText(visit: Visit, domain: string, requests: number): string {
  return t.deny(visible(domain), countText(visit, requests));
}

/** True if the access list denies the domain already, so that only its requests are left to deny. */
export async function isDomainDenied(visit: Visit, domain: string): Promise<boolean> {
  return (await visit.world.accessList.denied([domain], visit.now)).has(domain);
}

/** @param isStale true if somebody else edited the domain's entry first, so that nothing was written */
async function denyOrAsk(visit: Visit, isStale = false): Promise<Response> {
  const domain = normaliseDomain(visit.field("domain") || visit.query("domain"));
  if (domain === undefined) return visit.goTo("/approvals");
  const actor = buildActor(visit);
  const reviewed = await reviewEdit(visit, denyDomain, { domain }, actor);
  const { isDenied, own } = reviewed.state;
  const search = { view: "all", domain } as const;
  // If the list already denies the domain, only its requests are left to deny.
  if (isDenied) return visit.goTo(queuePath(search, { select: "all" }));
  const text = denyDomainText(visit, domain, own.length);
  const ofOthers = reviewed.concerns.find(({ code }) => code === "asks-others");
  const intro = ofOthers && <Alert kind="warn">{ofOthers.text(String)}</Alert>;
  return await makeEdit(visit, {
    ...{ act: denyDomain, target: { domain }, reviewed, actor },
    form: { action: DENY_DOMAIN_PATH, fields: { domain } },
    back: queuePath(search),
    of: { path: "/approvals", text: frameTexts.toRequests },
    review: { title: text, button: text, isDenial: true, isStale, intro },
    again: () => denyOrAsk(visit, true),
    answerWritten: ({ set }) => visit.goTo(`${setPath(set.id)}&done=denied`),
  });
}

/** Says which requests denies in the list leave waiting. */
export async function requestsLeftByDeny(visit: Visit, denies: readonly Row[]): Promise<Child> {
  const end = Date.now() + LOOKING_MS;
  // A domain can be denied although its requests cannot be read just now.
  const waiting = await readWaitingUnder(visit.world.approvals, denies, visit.now, { isOver: () => Date.now() >= end }).catch(
    () => undefined,
  );
  const { briefs: [first, ...others] = [], whole } = waiting ?? {};
  if (first === undefined) return null;
  const [row] = denies;
  const read = readEntry(denies.length === 1 ? String(row?.entry) : "");
  const domain = read.ok && read.entry.kind === "domain" ? read.entry.domain : undefined;
  if (domain === undefined && others.length === 0)
    return (
      <p class="hint">
        {t.waits(visible(first.email))} <a href={requestPath(first.id)}>{t.see}</a>
      </p>
    );
  const count = atLeast(visit, others.length + 1, whole === false);
  if (domain === undefined)
    return (
      <p class="hint">
        {t.several(count)} <a href={queuePath({ view: "all" })}>{t.seeAll}</a>
      </p>
    );
  const own = [first, ...others].filter((brief) => asks(brief, buildDecider(visit), visit.now)).length;
  // The deny of the domain would stand in place of one with limits.
  const isOffered = own > 0 && visit.may("Administrator") && deniesAll(row && readRow(row), visit.now);
  return (
    <p class="hint">
      {t.wait(count, visible(domain))}{" "}
      {isOffered ? (
        <a href={denyDomainPath(domain)}>{denyDomainText(visit, domain, own)}</a>
      ) : (
        <a href={queuePath({ view: "all", domain })}>{t.seeAll}</a>
      )}
    </p>
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: DENY_DOMAIN_PATH, access: "Administrator", asks: { domain: "any" }, handler: (visit) => denyOrAsk(visit) },
  {
    method: "POST",
    path: DENY_DOMAIN_PATH,
    access: "Administrator",
    hidden: ["domain", ...Object.keys(SURE)],
    handler: (visit) => denyOrAsk(visit),
  },
];

const t = pageTexts({
  waits: [
    (email: string) => `A request of ${email} waits, and a deny in the list does not answer it.`,
    (email) => `${email} 님의 요청이 기다리고 있으며, 목록에서 거부해도 그대로 남습니다.`,
  ],
  wait: [
    (requests: string, domain: string) =>
      requests === "1"
        ? `1 request from ${domain} waits, and a deny in the list does not answer it.`
        : `${requests} requests from ${domain} wait, and a deny in the list does not answer them.`,
    (requests, domain) => `${domain} 요청 ${requests}건이 기다리고 있으며, 목록에서 거부해도 그대로 남습니다.`,
  ],
  several: [
    (requests: string) => `${requests} requests of these people wait, and a deny in the list does not answer them.`,
    (requests) => `해당하는 사람들의 요청 ${requests}건이 기다리고 있으며, 목록에서 거부해도 그대로 남습니다.`,
  ],
  see: ["See the request", "요청 보기"],
  seeAll: ["See the requests", "요청 보기"],
  deny: [
    (domain: string, requests: string) => `Deny ${domain} and its ${requests === "1" ? "request" : `${requests} requests`}`,
    (domain, requests) => `${domain} 및 요청 ${requests}건 거부`,
  ],
});

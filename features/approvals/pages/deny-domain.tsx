import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { SURE } from "../../../console/parts/forms";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseDomain } from "../../../engine/sign-up/email";
import { setPath } from "../../access-list/pages/change-set-parts";
import { makeEdit, reviewEdit } from "../../access-list/pages/make-edit";
import { denyDomain } from "../acts/deny-domain";
import { buildActor } from "./approvals-parts";
import { queuePath } from "./queue-asked";

// An answer to a burst of requests: denies the domain in the access list, and its waiting requests.

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
  return await makeEdit(visit, {
    ...{ act: denyDomain, target: { domain }, reviewed, actor },
    form: { action: DENY_DOMAIN_PATH, fields: { domain } },
    back: queuePath(search),
    of: { path: "/approvals", text: frameTexts.toRequests },
    review: { title: text, button: text, isDenial: true, isStale },
    again: () => denyOrAsk(visit, true),
    answerWritten: ({ set }) => visit.goTo(`${setPath(set.id)}&done=denied`),
  });
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
  deny: [
    (domain: string, requests: string) => `Deny ${domain} and its ${requests} requests`,
    (domain, requests) => `${domain} 및 요청 ${requests}건 거부`,
  ],
});

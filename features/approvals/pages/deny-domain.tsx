import type { ConsoleRoute, Visit } from "../../../console/app/visit";
import { SURE } from "../../../console/parts/forms";
import { countText, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseDomain } from "../../../engine/sign-up/email";
import { denyingEdit } from "../../access-list/pages/entry-form";
import { isEmpty, lostAll, makeEdit } from "../../access-list/pages/make-edit";
import { decisionActions } from "../change";
import { asks } from "../stages";
import { buildDecider } from "./approvals-parts";
import { decideEach, reportDecisions } from "./decide";
import { MAX_AT_ONCE, queuePath, readBriefs } from "./queue-asked";

// An answer to a burst of requests: denies the domain in the access list, and its waiting requests.

const DENY_DOMAIN_PATH = "/approvals/deny-domain";

export function denyDomainPath(domain: string): string {
  return `${DENY_DOMAIN_PATH}?${new URLSearchParams({ domain })}`;
}

/** "Deny mailburst.example and its 60 requests", "Deny mailburst.example and the first 100 of its requests" */
export function denyDomainText(visit: Visit, domain: string, requests: number): string {
  const number = (count: number) => countText(visit, count);
  if (requests > MAX_AT_ONCE) return t.denyFirst(visible(domain), number(MAX_AT_ONCE));
  return t.deny(visible(domain), number(requests));
}

function denyDomain(visit: Visit): Promise<Response> {
  return denyOrAsk(visit);
}

/** @param isStale true if somebody else edited the domain's entry first, so that nothing was written */
async function denyOrAsk(visit: Visit, isStale = false): Promise<Response> {
  const domain = normaliseDomain(visit.field("domain") || visit.query("domain"));
  const edit = domain && (await denyingEdit(visit, domain));
  if (domain === undefined || !edit) return visit.goTo("/approvals");
  const search = { view: "all", domain } as const;
  // If the list already denies the domain, only its requests are left to deny.
  if (isEmpty(edit)) return visit.goTo(queuePath(search, { select: "all" }));
  const { briefs } = await readBriefs(visit, "pending", { domain });
  const askingBriefs = briefs.filter((brief) => asks(brief, buildDecider(visit), visit.now));
  const ownBriefs = askingBriefs.slice(0, MAX_AT_ONCE);
  const text = denyDomainText(visit, domain, askingBriefs.length);
  return await makeEdit(visit, {
    edit,
    form: { action: DENY_DOMAIN_PATH, fields: { domain } },
    back: queuePath(search),
    of: { path: "/approvals", text: frameTexts.toRequests },
    review: { title: text, button: text, isDenial: true, isStale },
    async answerWritten(ran) {
      if (lostAll(ran)) return await denyOrAsk(visit, true);
      const requests = await visit.world.readableApprovals().getAll(ownBriefs.map(({ id }) => id));
      const named = requests.map((request) => ({ id: request.id, reference: request.reference, seen: request }));
      const results = await decideEach(visit, { verb: "deny", note: "", named });
      const place = {
        action: "/approvals/decide",
        verbs: decisionActions,
        list: "/approvals",
        back: "/approvals",
        draft: "",
        hidden: { back: "/approvals" },
      };
      return await reportDecisions(visit, "deny", place, results);
    },
  });
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: DENY_DOMAIN_PATH, access: "Administrator", asks: { domain: "any" }, handler: denyDomain },
  { method: "POST", path: DENY_DOMAIN_PATH, access: "Administrator", hidden: ["domain", ...Object.keys(SURE)], handler: denyDomain },
];

const t = pageTexts({
  deny: [
    (domain: string, requests: string) => `Deny ${domain} and its ${requests} requests`,
    (domain, requests) => `${domain} 및 요청 ${requests}건 거부`,
  ],
  denyFirst: [
    (domain: string, requests: string) => `Deny ${domain} and the first ${requests} of its requests`,
    (domain, requests) => `${domain} 및 처음 요청 ${requests}건 거부`,
  ],
});

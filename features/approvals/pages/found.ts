import type { NamedHit } from "../../../console/app/search-hit";
import type { SearchSource, Visit } from "../../../console/app/visit";
import { shortened } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { readReference } from "../../../engine/sign-up/call";
import { isRequestId } from "../deciding";
import { requestPath, requestsPath } from "./approvals-parts";

/** Requests, by their code or id. */
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
  for await (const page of world.readableApprovals(() => undefined).byReference(reference)) {
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

const t = pageTexts({
  request: ["request for approval", "승인 요청"],
  ofDomain: [(domain: string) => `Requests from ${domain}`, (domain) => `${domain}의 승인 요청`],
});

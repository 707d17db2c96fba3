import type { LookAlike } from "../../../adapters/tables/look-alikes";
import { normaliseDomain } from "../../../engine/sign-up/email";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { DomainLink, MarkedDomain } from "../../parts/domain-link";
import { Alert } from "../../parts/forms";
import { PageHead } from "../../parts/page-head";
import { visible } from "../../parts/value";
import { domainPageTexts } from "./domain-texts";

/** What came from a domain, and what allowing it would do. */
async function domainPage(visit: Visit): Promise<Response> {
  const t = visit.say(domainPageTexts);
  const domain = normaliseDomain(visit.context.req.param("domain") ?? "");
  if (domain === undefined) return await visit.page(t.noDomain, <Alert>{t.noDomain}</Alert>, { status: 404 });
  const alike = (await visit.world.alike.lookAlikesOf([domain])).get(domain) ?? [];
  return await visit.page(
    visible(domain),
    <>
      <Similar visit={visit} alike={alike} />
      <p>
        <a href={`/decisions?${new URLSearchParams({ domain })}`}>{t.asDecisions}</a>
      </p>
    </>,
    { head: <PageHead title={<bdi class="value">{visible(domain)}</bdi>} /> },
  );
}

function Similar({ visit, alike }: { readonly visit: Visit; readonly alike: readonly LookAlike[] }) {
  const t = visit.say(domainPageTexts);
  return (
    <section class="card">
      <h2>{t.similar}</h2>
      {alike.length === 0 ? <p class="hint">{t.noSimilar}</p> : null}
      {alike.map(({ like, shown, marks }) => (
        <p>
          <MarkedDomain shown={shown} marks={marks} />: {t.looksLike} <DomainLink domain={like} />
        </p>
      ))}
    </section>
  );
}

export const routes: readonly ConsoleRoute[] = [{ method: "GET", path: "/domains/:domain", access: "Reader", handler: domainPage }];

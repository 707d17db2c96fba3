import { toRow } from "../../../adapters/tables/item";
import { describeEntry, summary } from "../../../engine/access-list/describe-entry";
import { entryWords } from "../../../engine/messages/operator/entries";
import type { Visit } from "../../app/visit";
import { DomainLink, MarkedDomain } from "../../parts/domain-link";
import { shortened, visible } from "../../parts/value";
import { EntryLink } from "../access-list/access-list-parts";
import type { DomainFacts } from "./domain-facts";
import { domainPageTexts as t } from "./domain-texts";

export interface DomainProps {
  readonly visit: Visit;
  readonly facts: DomainFacts;
}

/** The entries that speak of the domain's people, the closest first, and which of them applies. */
export function DomainEntries({ visit, facts: { entries, deciding } }: DomainProps) {
  return (
    <>
      <h2>{t.entries}</h2>
      <ul class="plain">
        {entries.map(({ key, item }) => (
          <li>
            {item === undefined ? <bdi class="value">{visible(key)}</bdi> : <EntryLink entry={key} />}:{" "}
            {item === undefined ? t.noEntry : shortened(summary(describeEntry(toRow(item), visit.now), visit.say(entryWords)))}
            {key === deciding?.key ? <b> {t.applies}</b> : null}
          </li>
        ))}
      </ul>
    </>
  );
}

/** Known domains that this one looks like, and refused ones that look like it. */
export function SimilarDomains({ facts: { alike, impostors } }: Pick<DomainProps, "facts">) {
  return (
    <>
      <h2>{t.similar}</h2>
      {alike.length + impostors.length === 0 ? <p class="hint">{t.noSimilar}</p> : null}
      <ul class="plain">
        {alike.map(({ like, shown, marks, people }) => (
          <li>
            <MarkedDomain shown={shown} marks={marks} /> {t.looksLike} <DomainLink domain={like} />, {t.of(people)}
          </li>
        ))}
        {impostors.map(({ domain, shown, marks, refused }) => (
          <li>
            <DomainLink domain={domain} shown={shown} marks={marks} />: {t.refusedOf(refused)}
          </li>
        ))}
      </ul>
    </>
  );
}

export function DomainRequests({ visit, facts: { domain, waiting } }: DomainProps) {
  const count = `${waiting.count.toLocaleString(visit.language)}${waiting.isAll ? "" : "+"}`;
  return (
    <p>
      {waiting.count === 0 && waiting.isAll ? (
        t.noRequests
      ) : (
        <a href={`/approvals?${new URLSearchParams({ domain })}`}>{t.requests(count)}</a>
      )}
    </p>
  );
}

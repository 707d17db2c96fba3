import { toRow } from "../../../adapters/tables/item";
import type { Visit } from "../../../console/app/visit";
import { DomainLink, domainPath, MarkedDomain } from "../../../console/parts/domain-link";
import { ButtonLink } from "../../../console/parts/forms";
import { shortened, visible } from "../../../console/parts/value";
import { describeEntry, summary } from "../../access-list/describe-entry";
import { entryWords } from "../../access-list/entry-words";
import type { Flips } from "../../access-list/flips";
import { EntryLink, newEntryPath } from "../../access-list/pages/access-list-parts";
import { FlipCounts } from "../../access-list/pages/consequences";
import { allowOf, EntryForm } from "../../access-list/pages/entry-form";
import { LastChange } from "../../access-list/pages/list-view";
import type { DomainFacts } from "./domain-facts";
import { domainPageTexts as t } from "./domain-texts";

interface ActProps {
  readonly visit: Visit;
  readonly facts: DomainFacts;
  /** What allowing it would do; undefined where it is allowed. */
  readonly flips: Flips | "failed" | undefined;
}

/** What allowing the domain would do, and the ways to the form that allows or denies it. A look-alike is offered for denying. */
export function AllowOrDeny({ visit, facts: { domain, alike, entries, parts }, flips }: ActProps) {
  const [like] = alike;
  const may = visit.may("Administrator");
  if (like === undefined && flips === undefined && !may) return null;
  const back = domainPath(domain);
  const current = entries.flatMap(({ key, item }) => (key === domain && item !== undefined ? [item] : []));
  const allow = may ? <EntryForm visit={visit} typed={allowOf(visit, domain)} current={current} back={back} /> : null;
  const wouldDo =
    flips === undefined ? null : (
      <>
        <h2>{t.ifAllowed}</h2>
        <FlipCounts visit={visit} flips={flips} />
        {allow}
      </>
    );
  return (
    <section class="card" id="act">
      {like === undefined ? (
        wouldDo
      ) : (
        <>
          <h2>{t.looksLikeOther(visible(like.like))}</h2>
          <p>{t.knowHint(visible(like.like))}</p>
        </>
      )}
      {may ? (
        <p class="actions">
          <ButtonLink path={newEntryPath({ entry: domain, effect: "deny", back })} text={t.deny(visible(domain))} class="button danger" />
          {parts.map(({ act }) => act)}
        </p>
      ) : null}
      {may && like !== undefined && flips !== undefined ? (
        <details>
          <summary>{t.know}</summary>
          {wouldDo}
        </details>
      ) : null}
    </section>
  );
}

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
        {entries.map(({ key, item, edit }) => (
          <li>
            {item === undefined ? <bdi class="value">{visible(key)}</bdi> : <EntryLink entry={key} />}:{" "}
            {item === undefined ? t.noEntry : shortened(summary(describeEntry(toRow(item), visit.now), visit.say(entryWords)))}
            {key === deciding?.key ? <b> {t.applies}</b> : null}
            {edit === undefined ? null : (
              <div class="hint">
                {t.changed} <LastChange visit={visit} edit={edit} />
              </div>
            )}
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

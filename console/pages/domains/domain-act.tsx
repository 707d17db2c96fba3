import type { Flips } from "../../../adapters/preview/flips";
import type { Visit } from "../../app/visit";
import { domainPath } from "../../parts/domain-link";
import { ButtonLink } from "../../parts/forms";
import { visible } from "../../parts/value";
import { newEntryPath } from "../access-list/access-list-parts";
import { FlipCounts } from "../access-list/consequences";
import type { DomainFacts } from "./domain-facts";
import { domainPageTexts as t } from "./domain-texts";

interface ActProps {
  readonly visit: Visit;
  readonly facts: DomainFacts;
  /** What allowing it would do; undefined where it is allowed. */
  readonly flips: Flips | "failed" | undefined;
}

/** What allowing the domain would do, and the ways to the form that allows or denies it. A look-alike is offered for denying. */
export function AllowOrDeny({ visit, facts: { domain, alike }, flips }: ActProps) {
  const [like] = alike;
  const may = visit.may("Administrator");
  if (like === undefined && flips === undefined && !may) return null;
  const back = domainPath(domain);
  const allow = may ? (
    <a class={like === undefined ? "button" : "button quiet"} href={newEntryPath({ entry: domain, back })}>
      {t.allow(visible(domain))}
    </a>
  ) : null;
  const wouldDo =
    flips === undefined ? null : (
      <>
        <h2>{t.ifAllowed}</h2>
        <FlipCounts visit={visit} flips={flips} />
        {like === undefined ? null : allow}
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
          {like === undefined && flips !== undefined ? allow : null}
          <ButtonLink path={newEntryPath({ entry: domain, effect: "deny", back })} text={t.deny(visible(domain))} class="button danger" />
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

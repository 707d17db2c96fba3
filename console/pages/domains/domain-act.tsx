import type { Flips } from "../../../adapters/preview/flips";
import { normaliseDomain } from "../../../engine/sign-up/email";
import type { Visit } from "../../app/visit";
import { domainPath } from "../../parts/domain-link";
import { Alert } from "../../parts/forms";
import { visible } from "../../parts/value";
import { FlipCounts } from "../access-list/consequences";
import { EntryForm, type ListedSubject, postListed } from "../access-list/entry-form";
import type { DomainFacts } from "./domain-facts";
import { domainPageTexts } from "./domain-texts";

function subjectOf(domain: string): ListedSubject {
  const page = (done?: string) => `${domainPath(domain)}${done === undefined ? "" : `?done=${done}`}`;
  return { entry: domain, action: "/domains/list", fields: { domain }, page };
}

interface ActProps {
  readonly visit: Visit;
  readonly facts: DomainFacts;
  /** What allowing it would do; undefined where it is allowed. */
  readonly flips: Flips | "failed" | undefined;
}

/** What allowing the domain would do, and the forms that allow or deny it. A look-alike is offered for denying. */
export function AllowOrDeny({ visit, facts, flips }: ActProps) {
  const t = visit.say(domainPageTexts);
  const { domain, alike, entries } = facts;
  const [like] = alike;
  const current = entries.flatMap(({ key, item }) => (key === domain && item !== undefined ? [item] : []));
  const form = (effect: "allow" | "deny", isTyped = false) => (
    <EntryForm
      visit={visit}
      subject={subjectOf(domain)}
      current={current}
      typed={{ effect, span: effect === "allow" ? "month" : "never" }}
      isTyped={isTyped}
    />
  );
  const dryRun = flips === undefined ? null : <FlipCounts visit={visit} flips={flips} />;
  const may = visit.may("Administrator");
  if (like !== undefined) {
    return (
      <section class="card" id="act">
        <h2>{t.looksLikeOther(visible(like.like))}</h2>
        <p>{t.knowHint(visible(like.like))}</p>
        {may ? form("deny") : null}
        {may && flips !== undefined ? (
          <details>
            <summary>{t.know}</summary>
            {dryRun}
            {form("allow", true)}
          </details>
        ) : null}
      </section>
    );
  }
  if (flips === undefined && !may) return null;
  return (
    <section class="card" id="act">
      {flips === undefined ? null : <h2>{t.ifAllowed}</h2>}
      {dryRun}
      {may && flips !== undefined ? form("allow") : null}
      {may ? (
        <details>
          <summary>{t.denyFold}</summary>
          {form("deny")}
        </details>
      ) : null}
    </section>
  );
}

/** Writes an allow or a deny of a domain. A look-alike is allowed by nobody who does not type it. */
export async function postDomain(visit: Visit): Promise<Response> {
  const t = visit.say(domainPageTexts);
  const domain = normaliseDomain(visit.field("domain"));
  const answer = domain && (await postListed(visit, subjectOf(domain)));
  return answer || (await visit.page(t.noDomain, <Alert>{t.noDomain}</Alert>, { status: 400 }));
}

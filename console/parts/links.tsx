import type { DecisionRecord } from "../../engine/sign-up/record";
import type { ShutOut, Visit } from "../app/visit";
import { frameTexts } from "../texts/frame-texts";
import { Badge } from "./badge";
import type { Column } from "./table";
import { RowTime } from "./time";
import { ValueLink, visible } from "./value";

/** A person by an address in any spelling, or by an account. The account is `issuer:google.com/1184`, or its hash from a decision. */
type Somebody = { readonly email: string } | { readonly email?: undefined; readonly account: string };

/** @param page empty: the person's page. `/export.jsonl`: a file of the person's data. `/erase`: the page that erases the data */
export function pathOfPerson(
  who: Somebody,
  page: "" | "/export.jsonl" | "/erase" = "",
  more: Readonly<Record<string, string>> = {},
): string {
  return `/people${page}?${new URLSearchParams({ ...(who.email === undefined ? { account: who.account } : { email: who.email }), ...more })}`;
}

export function personPath(email: string, more?: Readonly<Record<string, string>>): string {
  return pathOfPerson({ email }, "", more);
}

/**
 * This path receives forms about people. Each field `person` names one person: `account/<object id>`. The path's page asks before it
 * changes anything.
 */
export const CHANGE_PEOPLE_PATH = "/people/change";

export function accountPath(account: string): string {
  return pathOfPerson({ account });
}

export function PersonLink({ email }: { readonly email: string }) {
  return <ValueLink path={personPath(email)} text={email} />;
}

/** Days that the page of a domain covers. */
export const DOMAIN_DAYS = 14;

export function domainPath(domain: string): string {
  return `/domains/${encodeURIComponent(domain)}`;
}

export function requestsPath(domain: string | undefined): string {
  return domain === undefined ? "/approvals" : `/approvals?${new URLSearchParams({ domain })}`;
}

/** A domain's subject in tasks. */
export function domainSubject(domain: string): string {
  return `domain/${domain}`;
}

type Marked = { readonly shown: string; readonly marks: readonly number[] };

export function DomainLink({ domain, shown = domain, marks = [] }: { readonly domain: string } & Partial<Marked>) {
  return (
    <a href={domainPath(domain)}>
      <MarkedDomain shown={shown} marks={marks} />
    </a>
  );
}

/** A look-alike with its letters marked, and the domain that it imitates. */
export function UnlikeDomain({ like, ...marked }: Marked & { readonly like: string }) {
  return (
    <p>
      <MarkedDomain {...marked} /> ≠ <bdi class="value">{visible(like)}</bdi>
    </p>
  );
}

export function MarkedDomain({ shown, marks }: Marked) {
  let at = 0;
  const letters = [...shown].map((letter) => {
    const isMarked = marks.includes(at);
    at += letter.length;
    return isMarked ? <mark>{visible(letter)}</mark> : visible(letter);
  });
  return <bdi class="value">{letters}</bdi>;
}

export function decisionPath(reference: string): string {
  return `/decisions/${encodeURIComponent(reference)}`;
}

/** First columns of tables whose rows are people, each with one decision. @param when heading of the decision's time */
export function decidedColumns(
  when: string,
): readonly Column<Pick<DecisionRecord, "reference" | "at"> & { readonly email?: string | undefined }>[] {
  return [
    [frameTexts.person, ({ email }) => (email === undefined ? "?" : <PersonLink email={email} />)],
    [
      when,
      ({ reference, at }) => (
        <a href={decisionPath(reference)}>
          <RowTime at={at} />
        </a>
      ),
    ],
  ];
}

export async function readShutOuts(visit: Visit, emails: readonly string[]): Promise<ReadonlyMap<string, readonly ShutOut[]>> {
  const shutOutsByFeature = emails.length === 0 ? [] : await Promise.all(visit.features.map((feature) => feature.shutOut?.(visit, emails)));
  return new Map(emails.map((email) => [email, shutOutsByFeature.flatMap((each) => each?.get(email) ?? [])]));
}

export function keepingOut(shutOuts: readonly ShutOut[] = []): readonly ShutOut[] {
  return shutOuts.filter(({ undoneAt }) => undoneAt === undefined);
}

export function ShutOutBadge({ out }: { readonly out: ShutOut | undefined }) {
  if (out === undefined) return null;
  return (
    <a href={out.path}>
      <Badge tone="bad">{out.text}</Badge>
    </a>
  );
}

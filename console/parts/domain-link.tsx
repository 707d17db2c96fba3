import { visible } from "./value";

/** Days that the page tells of. */
export const DOMAIN_DAYS = 14;

/** The page of a domain: its sign-ups, and the effect of allowing it. */
export function domainPath(domain: string): string {
  return `/domains/${encodeURIComponent(domain)}`;
}

/** The page of a domain's requests for approval. @param domain undefined for all requests */
export function requestsPath(domain: string | undefined): string {
  return domain === undefined ? "/approvals" : `/approvals?${new URLSearchParams({ domain })}`;
}

/** A domain's subject in tasks. */
export function domainSubject(domain: string): string {
  return `domain/${domain}`;
}

/** A domain as it is shown, and the places in it that differ from the one that it looks like. */
type Marked = { readonly shown: string; readonly marks: readonly number[] };

/** A domain that leads to its page. */
export function DomainLink({ domain, shown = domain, marks = [] }: { readonly domain: string } & Partial<Marked>) {
  return (
    <a href={domainPath(domain)}>
      <MarkedDomain shown={shown} marks={marks} />
    </a>
  );
}

/** A look-alike, marked, and the domain that it is not. */
export function UnlikeDomain({ like, ...marked }: Marked & { readonly like: string }) {
  return (
    <p>
      <MarkedDomain {...marked} /> ≠ <bdi class="value">{visible(like)}</bdi>
    </p>
  );
}

/** A domain with marks on letters that are not what they seem. */
export function MarkedDomain({ shown, marks }: Marked) {
  let at = 0;
  const letters = [...shown].map((letter) => {
    const isMarked = marks.includes(at);
    at += letter.length;
    return isMarked ? <mark>{visible(letter)}</mark> : visible(letter);
  });
  return <bdi class="value">{letters}</bdi>;
}

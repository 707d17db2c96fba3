import { visible } from "./value";

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

/** `marks` are the positions of the letters that differ from the imitated domain. */
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

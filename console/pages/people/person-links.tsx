import { readEntry } from "../../../engine/access-list/entry";
import type { Visit } from "../../app/visit";
import { shortened } from "../../parts/value";
import { peopleTexts } from "./people-texts";

/** The page of the person with this address, in any spelling. */
export function personPath(email: string, more: Readonly<Record<string, string>> = {}): string {
  return `/people?${new URLSearchParams({ email, ...more })}`;
}

/** The page of one account. @param account `issuer:google.com/1184`, or the hash that decisions have of it */
export function accountPath(account: string): string {
  return `/people?${new URLSearchParams({ account })}`;
}

/** The file of everything that is stored about this person. */
export function exportPath(asked: WhoAsked): string {
  return `/people/export.jsonl?${askingFor(asked)}`;
}

/** The page that erases this person. */
export function erasePath(asked: WhoAsked): string {
  return `/people/erase?${askingFor(asked)}`;
}

interface WhoAsked {
  readonly email?: string | undefined;
  readonly account?: string | undefined;
}

function askingFor({ email, account = "" }: WhoAsked): URLSearchParams {
  return new URLSearchParams(email === undefined ? { account } : { email });
}

/** A link to the page of the person with an address. */
export function PersonLink({ email }: { readonly email: string }) {
  return (
    <a href={personPath(email)}>
      <bdi class="value">{shortened(email, 80)}</bdi>
    </a>
  );
}

interface KeyProps {
  readonly visit: Visit;
  /** The key of an entry, or of a profile. */
  readonly entry: string;
}

/** To the page of the person that a key names; nothing where it names none. */
export function PersonOfKey({ visit, entry }: KeyProps) {
  const read = readEntry(entry);
  const kind = read.ok ? read.entry.kind : undefined;
  if (kind !== "address" && kind !== "account") return null;
  return (
    <a class="button quiet" href={kind === "address" ? personPath(entry) : accountPath(entry)}>
      {visit.say(peopleTexts).everything}
    </a>
  );
}

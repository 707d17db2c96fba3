import { mailboxOf } from "../../engine/access-list/spellings";
import { normaliseEmail } from "../../engine/sign-up/email";

/**
 * How a text names somebody. `sure`: the text as a whole is an address, account or hash of theirs. `unsure`: one of these can be
 * read somewhere in it. Nobody can say in general where in a free text an address begins and ends: somebody has to look.
 */
export type Mention = "sure" | "unsure";

export interface Names {
  /** One spelling of each. */
  readonly mailboxes: ReadonlySet<string>;
  /** Accounts and hashes. */
  readonly ids: readonly string[];
}

/** No address is longer on either side of its @. */
const REACH = 256;

/** Undefined where a text does not name them. */
export function mentionOf({ mailboxes, ids }: Names): (text: string) => Mention | undefined {
  const known = new Set(ids.map((id) => id.toLowerCase()));
  const domains = new Set([...mailboxes].map(domainOf));
  const isTheirs = (address: string) => mailboxes.has(mailboxIn(address));
  return (text) => {
    const lower = text.trim().toLowerCase();
    if (known.has(lower) || isTheirs(text)) return "sure";
    return [...known].some((id) => lower.includes(id)) || holdsAddress(text, isTheirs, domains) ? "unsure" : undefined;
  };
}

function holdsAddress(text: string, isTheirs: (address: string) => boolean, domains: ReadonlySet<string>): boolean {
  for (const { index } of text.matchAll(/@/g)) {
    const before = /\S*$/.exec(text.slice(Math.max(index - REACH, 0), index))?.[0] ?? "";
    const after = /^\S*/.exec(text.slice(index + 1, index + 1 + REACH))?.[0] ?? "";
    const ends = cutsOf(after).filter(
      (at) => !/^[.-]*[a-z0-9]/i.test(after.slice(at)) && domains.has(domainOf(mailboxIn(`x@${after.slice(0, at)}`))),
    );
    // What letters and digits of plain English continue is another word.
    const starts = cutsOf(before).filter((at) => !/[a-z0-9][.+_-]*$/i.test(before.slice(0, at)));
    if (ends.some((end) => starts.some((start) => isTheirs(`${before.slice(start)}@${after.slice(0, end)}`)))) return true;
  }
  return false;
}

/** Every place at which a text can be cut. */
function cutsOf(text: string): readonly number[] {
  return Array.from({ length: text.length + 1 }, (_, at) => at);
}

/** Empty for what is no address. */
function mailboxIn(address: string): string {
  const email = normaliseEmail(address);
  return email === undefined ? "" : mailboxOf(email);
}

function domainOf(mailbox: string): string {
  return mailbox.slice(mailbox.lastIndexOf("@") + 1);
}

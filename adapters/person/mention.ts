import { mailboxOf } from "../../engine/access-list/spellings";
import { normaliseEmail, partsOf } from "../../engine/sign-up/email";

/**
 * How a text names somebody. `unsure`: what stands right before the address may be a word beside it, or belong to it, and then it
 * is somebody else's: `r/kim@contoso.com` and `담당자kim@contoso.com` are addresses too.
 */
export type Mention = "sure" | "unsure";

export interface Names {
  /** One spelling of each. */
  readonly mailboxes: ReadonlySet<string>;
  /** Accounts and hashes. */
  readonly ids: readonly string[];
}

/** Scripts that set no space between an address and the word beside it. */
const UNSPACED = "[\\p{Script=Hangul}\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]";
const WORD = "[\\p{L}\\p{M}\\p{N}_]";
const SPACED_WORD = `[${WORD}--${UNSPACED}]`;
/** Signs that are legal before an @. The first stand between words as well: `to=kim@contoso.com`. */
const SEPARATOR = "[\\/=?\\|]";
const JOINING = "[.+'%\\-!#$&*^`\\{\\}~]";

const LOCAL_RUN = new RegExp(`(?:${WORD}|${SEPARATOR}|${JOINING})*$`, "v");
const DOMAIN_RUN = new RegExp(`^[${WORD}.\\-]+`, "v");
/** What may be cut off before an address: signs alone, or what ends where a word may end. */
const NO_WORD = new RegExp(`^(?:${SEPARATOR}|${JOINING})*$`, "v");
const WORDS_END = new RegExp(`(?:${SEPARATOR}|${UNSPACED})(?:${SEPARATOR}|${JOINING})*$`, "v");
/** And behind it: a sentence may end in an address. */
const DOMAINS_END = new RegExp(`^[.\\-]*(?:${UNSPACED}|$)`, "v");
/** Longer than any address: what stands farther from its @ is none of it. */
const REACH = 256;

/** How a text names one of some people's addresses, in any spelling, or an account or hash of theirs; undefined where it does not. */
export function mentionOf({ mailboxes, ids }: Names): (text: string) => Mention | undefined {
  const patterns = ids.map((id) => new RegExp(patternOf(id.toLowerCase()), "v"));
  return (text) => {
    const lower = text.toLowerCase();
    if (patterns.some((pattern) => pattern.test(lower))) return "sure";
    const whole = normaliseEmail(text);
    if (whole !== undefined && mailboxes.has(mailboxOf(whole))) return "sure";
    const found = addressIn(text, mailboxes);
    // What is an address as a whole is most likely meant as that.
    return found === "sure" && whole !== undefined ? "unsure" : found;
  };
}

function addressIn(text: string, mailboxes: ReadonlySet<string>): Mention | undefined {
  const mailboxIn = (address: string) => {
    const email = normaliseEmail(address);
    return email === undefined ? "" : mailboxOf(email);
  };
  const known = new Set([...mailboxes].map((mailbox) => partsOf(mailbox).domain));
  let found: Mention | undefined;
  for (const { index } of text.matchAll(/@/g)) {
    const readings = domainsFrom(text.slice(index + 1, index + 1 + REACH));
    const domains = readings.filter((domain) => known.has(partsOf(mailboxIn(`x@${domain}`)).domain));
    if (domains.length === 0) continue;
    for (const { local, mention } of localsTo(text.slice(Math.max(index - REACH, 0), index))) {
      if (!domains.some((domain) => mailboxes.has(mailboxIn(`${local}@${domain}`)))) continue;
      if (mention === "sure") return mention;
      found = mention;
    }
  }
  return found;
}

/** What may be the domain at the beginning of a text. */
function domainsFrom(text: string): readonly string[] {
  const [run = ""] = DOMAIN_RUN.exec(text) ?? [];
  return beginnings(run).filter((domain) => DOMAINS_END.test(run.slice(domain.length)));
}

/** What may be the local part at the end of a text. */
function localsTo(text: string): readonly { readonly local: string; readonly mention: Mention }[] {
  const [legal = ""] = LOCAL_RUN.exec(text) ?? [];
  // A domain, or the name of a provider, ends at such a sign.
  const isAfterName = /(?:@|issuer:)$/i.test(text.slice(0, text.length - legal.length));
  const run = isAfterName ? legal.replace(new RegExp(`^.*?${SEPARATOR}`, "v"), "") : legal;
  return ["", ...beginnings(run)].flatMap((cut) => {
    const mention = NO_WORD.test(cut) ? "sure" : WORDS_END.test(cut) ? "unsure" : undefined;
    return mention === undefined || cut === run ? [] : [{ local: run.slice(cut.length), mention }];
  });
}

function beginnings(text: string): readonly string[] {
  return Array.from(text, (_, index) => text.slice(0, index + 1));
}

/** The whole of what stands there: `issuer:google.com/1` is not `issuer:google.com/1184`. */
function patternOf(id: string): string {
  return `(?<!${SPACED_WORD}${JOINING}*)${escaped(id)}(?![.\\-+:@\\/=%~]*${SPACED_WORD})`;
}

function escaped(id: string): string {
  return id.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

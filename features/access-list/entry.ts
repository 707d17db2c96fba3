import { readNamedAddress } from "../../engine/directory-account";
import { findMeantEntries } from "../../engine/meant-entries";
import { issuerKey, readIssuer } from "../../engine/sign-up/account-key";
import { normaliseDomain, normaliseEmail } from "../../engine/sign-up/email";
import type { DecisionRecord } from "../../engine/sign-up/record";
import type { RecordKey } from "../../engine/sign-up/rule";
import type { Identity } from "../../engine/sign-up/sign-up";
import { normaliseMailbox, toBaseSpelling } from "../../engine/sign-up/spellings";
import { readUnmatched, type UnmatchedProblem } from "../../engine/unmatched";

declare const GATEHOUSE_CLASS_CONSUMER: string | undefined;

/** A kind of mail domain: throwaway addresses, forwarding addresses, or mailboxes that anybody can open. */
export type ClassName = "disposable" | "relay" | "consumer";
export const classNames: readonly ClassName[] = [
  "disposable",
  "relay",
  // A constant of the build, as in classes.ts: without a rule that uses the class `consumer`, a step's function has no code for it.
  ...(typeof GATEHOUSE_CLASS_CONSUMER === "string" && GATEHOUSE_CLASS_CONSUMER === "unused" ? [] : (["consumer"] as const)),
];

export type Entry =
  | { readonly kind: "account"; readonly issuer: string; readonly id: string }
  | { readonly kind: "issuer"; readonly issuer: string }
  | { readonly kind: "address"; readonly email: string }
  | { readonly kind: "domain"; readonly domain: string }
  | { readonly kind: "wildcard"; readonly domain: string }
  | { readonly kind: "class"; readonly name: ClassName }
  | { readonly kind: "everyone" };

type EntryCode = "wildcardWithoutDomain" | "wildcardAddress" | "notAddress" | "notEntry" | "noProvider" | "noAccountId";
/** `meant`: entries that the text probably means. */
export type EntryProblem = { readonly [Code in EntryCode]: { readonly code: Code; readonly meant?: readonly string[] } }[EntryCode];

export type EntryRead = { readonly ok: true; readonly entry: Entry } | { readonly ok: false; readonly problem: EntryProblem };

export function readEntry(typedText: string): EntryRead {
  const text = typedText.trim();
  if (text === "*") return readable({ kind: "everyone" });
  const issuer = readIssuer(text);
  if (issuer !== undefined) return entryOfIssuer(issuer, text);
  const className = classNames.find((name) => name === text.toLowerCase());
  if (className !== undefined) return readable({ kind: "class", name: className });
  if (text.startsWith("*.")) {
    // Normalises the domain of a wildcard, even a top-level domain, as in `*.example`: mail domains are below it.
    const domain = normaliseDomain(`any.${text.slice(2)}`)?.slice("any.".length);
    return domain === undefined ? unreadable("wildcardWithoutDomain", findMeantEntries(text)) : readable({ kind: "wildcard", domain });
  }
  const at = text.indexOf("@");
  if (text.startsWith("*@")) return unreadable("wildcardAddress", findMeantEntries(text));
  if (at > 0) {
    const email = normaliseEmail(text);
    return email === undefined ? unreadable("notAddress", findMeantEntries(text)) : readable({ kind: "address", email });
  }
  const domain = normaliseDomain(at === 0 ? text.slice(1) : text);
  if (domain !== undefined) return readable({ kind: "domain", domain });
  return unreadable("notEntry", findMeantEntries(text));
}

function entryOfIssuer(read: Exclude<ReturnType<typeof readIssuer>, undefined>, text: string): EntryRead {
  if (typeof read === "string") {
    // Without quotation marks, and without the slash that no id follows.
    const meant = readIssuer(text.replaceAll(/["\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb]|\/$/g, ""));
    const isUnclear = typeof meant !== "object" || meant.id !== undefined;
    return unreadable(read === "no id" ? "noAccountId" : "noProvider", isUnclear ? [] : [issuerKey(meant.issuer)]);
  }
  const { issuer, id } = read;
  return readable(id === undefined ? { kind: "issuer", issuer } : { kind: "account", issuer, id });
}

function readable(entry: Entry): EntryRead {
  return { ok: true, entry };
}

function unreadable(code: EntryCode, meant: readonly string[]): EntryRead {
  return { ok: false, problem: { code, ...(meant.length > 0 && { meant }) } as EntryProblem };
}

/** A denied or referred address is stored without its tag, to reach every spelling. An allow keeps it unless the provider ignores tags. */
export function entryKey(entry: Entry, effect: ListEffect): string {
  switch (entry.kind) {
    case "account":
      return `${issuerKey(entry.issuer)}/${entry.id}`;
    case "issuer":
      return issuerKey(entry.issuer);
    case "address":
      return effect === "allow" ? normaliseMailbox(entry.email) : toBaseSpelling(entry.email);
    case "domain":
      return entry.domain;
    case "wildcard":
      return `*.${entry.domain}`;
    case "class":
      return entry.name;
    case "everyone":
      return "*";
  }
}

/** @param key the result of `entryKey` */
export function rowKey(key: string): RecordKey {
  return { table: "accessList", key: { entry: key } };
}

/**
 * The keys under which the list may have a typed entry: its key as an allow and its key as a deny, each once. Empty if the entry cannot be
 * read.
 */
export function readTypedKeys(typedText: string): readonly string[] {
  const read = readEntry(typedText);
  return read.ok ? [...new Set([entryKey(read.entry, "allow"), entryKey(read.entry, "deny")])] : [];
}

/** Returns why no sign-up can match the entry. Undefined if one can. */
export function findEntryProblem(entry: Entry): UnmatchedProblem | undefined {
  return entry.kind === "address" ? readUnmatched(entry.email) : undefined;
}

export function findTypedProblem(typedText: string): UnmatchedProblem | undefined {
  const read = readEntry(typedText);
  return read.ok ? findEntryProblem(read.entry) : undefined;
}

/** Strictest first: at equal specificity, the strictest decides. */
export const listEffects = ["deny", "approval", "allow"] as const;
export type ListEffect = (typeof listEffects)[number];

export function isListEffect(text: unknown): text is ListEffect {
  return listEffects.some((effect) => effect === text);
}

export function readListEffect(cell: unknown): ListEffect | undefined {
  const text = typeof cell === "string" ? cell.trim().toLowerCase() : undefined;
  return isListEffect(text) ? text : undefined;
}

/** Negative if `a` is stricter than `b`. */
export function compareStrictness(a: ListEffect, b: ListEffect): number {
  return listEffects.indexOf(a) - listEffects.indexOf(b);
}

export interface Named {
  readonly typed: string;
  /** The normalised address and, if the provider is known, the canonical mailbox. Empty for an account. */
  readonly same: readonly string[];
  /** The address without its +tag, if that may be somebody else's. */
  readonly other?: string;
  readonly account?: Identity;
}

/** Undefined if the text is neither an address nor an account. */
export function readNamedPerson(typedText: string): Named | undefined {
  const account = readAccountName(typedText);
  if (account !== undefined) return { typed: typedText, same: [], account };
  const email = readNamedAddress(typedText);
  if (email === undefined) return undefined;
  const same = [...new Set([email, normaliseMailbox(email)])];
  const base = toBaseSpelling(normaliseMailbox(email));
  return { typed: typedText, same, ...(!same.includes(base) && { other: base }) };
}

export function readAccountName(typedText: string): Identity | undefined {
  const read = readEntry(typedText);
  return read.ok && read.entry.kind === "account" ? { issuer: read.entry.issuer, issuerAssignedId: read.entry.id } : undefined;
}

/** The entry of the person's very account that decided. Of other accounts, a decision has only a hash. */
export function findAccountEntry({ trace }: Pick<DecisionRecord, "trace">): string | undefined {
  return trace.find(({ evidence }) => evidence?.level === "account")?.evidence?.entry;
}

type Shown = Pick<DecisionRecord, "email" | "emailTyped" | "signedInAs">;

export interface ShutOutKeys {
  readonly deny: string;
  readonly allow: string;
}

/**
 * Returns the keys of entries that deny or allow the person of a decision. If the address was only typed, the entries name the account: the
 * address may be somebody else's.
 */
export function shutOutKeys({ email, emailTyped, signedInAs }: Shown): ShutOutKeys | undefined {
  if (!emailTyped && email === undefined) return undefined;
  if (emailTyped && signedInAs === undefined) return undefined;
  const entry =
    signedInAs === undefined ? ({ kind: "address", email: email ?? "" } as const) : ({ kind: "account", ...signedInAs } as const);
  return { deny: entryKey(entry, "deny"), allow: entryKey(entry, "allow") };
}

import { readNamedAddress } from "../../engine/directory-account";
import type { Identity } from "../../engine/sign-up/sign-up";
import { normaliseMailbox, toBaseSpelling } from "../../engine/sign-up/spellings";
import { readEntry } from "./entry";

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

import { endOfRow, isMisnamedEnd } from "../../engine/sign-up/row-end";
import type { Context, Row } from "../../engine/sign-up/rule";
import { noHash, noServices } from "../../engine/sign-up/rule-services";
import type { SignUp } from "../../engine/sign-up/sign-up";
import { entryKey, findTypedProblem, readEntry } from "../access-list/entry";
import { profiles } from "./profiles";

// Asks `profiles`, the source that rules use, about a row, so that pages show the row's real effect.

/** Trusts "mail", the provider of the sign-ups of `buildPasscodeSignUp`. For real sign-ups, the policy decides whom to trust. */
const source = profiles({ trust: ["mail"] });
/** DynamoDB's own limit is higher, but nobody types a key of this length. */
const MAX_KEY_BYTES = 1_024;

export type ProfilePerson = { readonly ok: true; readonly key: string; readonly signUp: SignUp } | { readonly ok: false };

/**
 * Reads a typed address or account. Returns the person's key in the table, and a sample sign-up of this person: `profileProblems` checks
 * that the rule finds the row for it.
 */
export function readProfilePerson(typedText: string): ProfilePerson {
  const read = readEntry(typedText);
  if (!read.ok) return { ok: false };
  const { entry } = read;
  const key = entryKey(entry, "allow");
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) return { ok: false };
  if (entry.kind === "address") return { ok: true, key, signUp: buildPasscodeSignUp(entry.email) };
  if (entry.kind !== "account") return { ok: false };
  const identities = [{ issuer: entry.issuer, issuerAssignedId: entry.id }];
  return { ok: true, key, signUp: toSignUp({ email: "nobody@example.com", identities }) };
}

/** Every key under which the rule looks for a person who proves this address. @param email normalised */
export function profileKeys(email: string): readonly string[] {
  return (source.needs?.(buildPasscodeSignUp(email)) ?? []).map(({ key }) => String(key.person));
}

/** A row's problems; each makes the rule ignore the row, or a column of it. */
export interface ProfileProblems {
  readonly neverFound: boolean;
  readonly badExpiry: boolean;
  readonly expired: boolean;
  readonly passedOver: readonly string[];
}

/** True if something of the row does not count. A row that has expired is as it was meant. */
export function isFlagged({ neverFound, badExpiry, passedOver }: ProfileProblems): boolean {
  return neverFound || badExpiry || passedOver.length > 0;
}

export async function profileProblems(row: Row, now: Date): Promise<ProfileProblems> {
  const person = String(row.person);
  const read = readProfilePerson(person);
  const isFound = read.ok && (source.needs?.(read.signUp) ?? []).some(({ key }) => key.person === person);
  const end = endOfRow(row);
  return {
    neverFound: !isFound || findTypedProblem(person) !== undefined,
    badExpiry: end === undefined,
    expired: end !== undefined && end <= now.getTime(),
    passedOver: await passedOver(row),
  };
}

/**
 * Returns the columns from which no attribute is set: rules may not set an attribute of this name, or the attribute cannot have the cell's
 * value.
 */
async function passedOver(cells: Row): Promise<readonly string[]> {
  const row: Row = Object.fromEntries(Object.entries(cells).filter(([name]) => name !== "expiresAt" && !isMisnamedEnd(name)));
  const context: Context = {
    records: { get: () => row },
    findings: {},
    received: buildPasscodeSignUp("nobody@example.com"),
    said: [],
    now: new Date(0),
    signal: new AbortController().signal,
    remainingMs: () => 0,
    hashOf: noHash,
    services: noServices("The pages"),
  };
  // Asks the source as for a token, which takes lists of texts; some forms take none. So a column with a list counts as one that sets an
  // attribute.
  const setAttributes: Row = {
    ...(await source.find({ ...buildPasscodeSignUp("nobody@example.com"), step: "before-sending-token" }, context)),
  };
  return Object.keys(row).filter((name) => name !== "person" && name !== "note" && (setAttributes[name] ?? null) === null);
}

function buildPasscodeSignUp(email: string): SignUp {
  return toSignUp({ email, identities: [{ issuer: "mail", issuerAssignedId: email }] });
}

function toSignUp(person: Pick<SignUp, "email" | "identities">): SignUp {
  return { ...person, step: "after-sign-in", attributes: {}, locales: [], source: "b2b" };
}

import { parseJsonObject } from "../../engine/json";
import type { HashOf } from "../../engine/sign-up/person";
import { type Identifiable, personIdFor } from "../../engine/sign-up/person-key";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Reserve } from "../../engine/sign-up/verdict";

/** Identifies the accepted text by its hash. */
export interface TermsProof {
  /** The short name of the attribute whose box the person ticks. */
  readonly attribute: string;
  readonly version: string;
  readonly language: string;
  /** The hash of the file with the text, as deployed. */
  readonly sha256: string;
  /** ISO 8601, to the minute. */
  readonly at: string;
  readonly reference: string;
  readonly gate?: string;
  /** True if the address was proven, by the step's `trust`. Absent in proofs of earlier versions. */
  readonly emailProven?: boolean;
  /** The hash of the account, if the provider names an account. Only in proofs of people whose address was not proven. */
  readonly account?: string;
  /** True if somebody typed the address. Only proofs of earlier versions have this member. */
  readonly emailTyped?: true;
}

/** The prefix of a proof's key, before the hash of a person. */
export const PROOFS_PREFIX = "terms/";
export const TEXTS_PREFIX = "terms-text/";

export const PROOFS = "accepted";
/** Maximum number of proofs in a row. A person has one row for proven and one for unproven acceptances. */
const MOST = 100;

/** Unproven acceptances have another row. So they take up no room in the row of the address's owner. */
export function proofsKey(person: Identifiable, hashOf: HashOf, emailProven: boolean): RecordKey {
  const [proven, unproven] = buildProofKeys(personIdFor(person, hashOf));
  return emailProven ? proven : unproven;
}

export function buildProofKeys(personId: string): readonly [proven: RecordKey, unproven: RecordKey] {
  const id = `${PROOFS_PREFIX}${personId}`;
  return [
    { table: "ledger", key: { id } },
    { table: "ledger", key: { id: `${id}/unproven` } },
  ];
}

/** Returns the key of the row with the hash of the first text that somebody accepted under this version and language. */
export function termsTextKey({ attribute, version, language }: Pick<TermsProof, "attribute" | "version" | "language">): RecordKey {
  return { table: "ledger", key: { id: `${TEXTS_PREFIX}${attribute}/${version}/${language}` } };
}

/**
 * Returns the proof's write. If Entra repeats the call in the same minute, the write changes nothing. Later, the rule finds the proof and
 * does not write.
 * @param person further cells of the row
 */
export function proofWrite(proof: TermsProof, key: RecordKey, person: Readonly<Record<string, string>>): Reserve {
  const { attribute, version, language, sha256, at, reference, gate, emailProven, account } = proof;
  // The fixed order of members makes equal proofs equal texts.
  const holder = JSON.stringify({ attribute, version, language, sha256, at, reference, gate, emailProven, account });
  return { ...key, slots: PROOFS, holder, atMost: MOST, set: person };
}

/** Newest first. Omits proofs that an older proof makes superfluous (`isAsGood`), and members that somebody wrote by hand. */
export function proofsIn(row: Row | undefined): readonly TermsProof[] {
  const members: unknown = row?.[PROOFS];
  const read = Array.isArray(members) ? members.flatMap((member) => readProof(member) ?? []) : [];
  const oldestFirst = read.sort((one, other) => (one.at < other.at ? -1 : 1));
  const first = oldestFirst.filter((proof, index) => !oldestFirst.slice(0, index).some((each) => isAsGood(each, proof)));
  return first.toReversed();
}

/** True if `one` makes `other` superfluous. */
export function isAsGood(one: ComparedProof, other: ComparedProof): boolean {
  const isOfSameText = one.attribute === other.attribute && one.version === other.version && one.sha256 === other.sha256;
  return isOfSameText && one.account === other.account && computeStrength(one) >= computeStrength(other);
}

type ComparedProof = Pick<TermsProof, "attribute" | "version" | "sha256" | "emailProven" | "account" | "emailTyped">;

/** 2 for a proven address, 0 for an unproven one. Proofs of earlier versions do not say: 0 if somebody typed the address, else 1. */
function computeStrength({ emailProven, emailTyped }: ComparedProof): number {
  if (emailProven !== undefined) return emailProven ? 2 : 0;
  return emailTyped ? 0 : 1;
}

/** True if the address was proven. For a proof of an earlier version of Gatehouse, true unless somebody typed the address. */
export function isOwnersProof(proof: ComparedProof): boolean {
  return computeStrength(proof) > 0;
}

/** True if there is a proof of this version of the terms whose address was proven, or whose account is this one. */
export function hasAccepted(
  proofs: readonly TermsProof[],
  { attribute, version }: Pick<TermsProof, "attribute" | "version">,
  account: string | undefined,
): boolean {
  const counts = (proof: TermsProof) => isOwnersProof(proof) || (proof.emailProven === false && proof.account === account);
  return proofs.some((proof) => proof.attribute === attribute && proof.version === version && counts(proof));
}

const cells = ["attribute", "version", "language", "sha256", "at", "reference"] as const;

/** Reads a proof. Undefined for a member that somebody wrote by hand. */
export function readProof(member: unknown): TermsProof | undefined {
  const proof = parseJsonObject(String(member));
  return proof !== undefined && cells.every((name) => typeof proof[name] === "string") ? (proof as unknown as TermsProof) : undefined;
}

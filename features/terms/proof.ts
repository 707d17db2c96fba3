import { parseJsonObject } from "../../engine/json";
import type { HashOf } from "../../engine/sign-up/person";
import { type Identifiable, personIdFor } from "../../engine/sign-up/person-key";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Reserve } from "../../engine/sign-up/verdict";

/** The proof that somebody accepted a text. The proof identifies the text by the text's hash. */
export interface TermsProof {
  /** The short name of the box's attribute. */
  readonly attribute: string;
  readonly version: string;
  /** The language of the text that the person was given. */
  readonly language: string;
  /** The hash of the file with the text, as deployed. */
  readonly sha256: string;
  /** The time of the acceptance. ISO 8601, to the minute. */
  readonly at: string;
  /** The code of the decision. */
  readonly reference: string;
  readonly gate?: string;
  /** True if the address was proven, by the step's `trust`. Absent in proofs of earlier versions. */
  readonly emailProven?: boolean;
  /** For an unproven acceptance: the hash of the account, if the provider names one. */
  readonly account?: string;
  /** Only in proofs of earlier versions: true if somebody typed the address. */
  readonly emailTyped?: true;
}

/** Key prefix of proofs in the usage table. After the prefix, a key has the hash of a person. */
export const PROOFS_PREFIX = "terms/";
/** Key prefix of texts in the usage table. */
export const TEXTS_PREFIX = "terms-text/";

/** The row's set of proofs. */
export const PROOFS = "accepted";
/** Maximum number of proofs of one person. */
const MOST = 100;

/**
 * Returns the key of the row with everything that a person accepted. People without a proven address have a separate row. So they take up
 * no room in the row of the address's owner.
 */
export function proofsKey(person: Identifiable, hashOf: HashOf, emailProven: boolean): RecordKey {
  const [proven, unproven] = buildProofKeys(personIdFor(person, hashOf));
  return emailProven ? proven : unproven;
}

/** Returns the keys of a person's two rows: one for proven acceptances, one for unproven ones. */
export function buildProofKeys(personId: string): readonly [proven: RecordKey, unproven: RecordKey] {
  const id = `${PROOFS_PREFIX}${personId}`;
  return [
    { table: "ledger", key: { id } },
    { table: "ledger", key: { id: `${id}/unproven` } },
  ];
}

/** Returns the key of the row that records a version's first text, in one language. */
export function termsTextKey({ attribute, version, language }: Pick<TermsProof, "attribute" | "version" | "language">): RecordKey {
  return { table: "ledger", key: { id: `${TEXTS_PREFIX}${attribute}/${version}/${language}` } };
}

/**
 * Returns the write of a proof. A repeat of the call in the same minute writes the same proof again; a later repeat finds the proof.
 * @param person further cells of the row
 */
export function proofWrite(proof: TermsProof, key: RecordKey, person: Readonly<Record<string, string>>): Reserve {
  const { attribute, version, language, sha256, at, reference, gate, emailProven, account } = proof;
  // The members have the same order for every caller.
  const holder = JSON.stringify({ attribute, version, language, sha256, at, reference, gate, emailProven, account });
  return { ...key, slots: PROOFS, holder, atMost: MOST, set: person };
}

/**
 * Returns the proofs in a person's row, newest first. There is one for each text. Without a proven address, there is one for each account
 * and text. Ignores proofs written by hand.
 */
export function proofsIn(row: Row | undefined): readonly TermsProof[] {
  const members: unknown = row?.[PROOFS];
  const read = Array.isArray(members) ? members.flatMap((member) => readProof(member) ?? []) : [];
  const oldestFirst = read.sort((one, other) => (one.at < other.at ? -1 : 1));
  const first = oldestFirst.filter((proof, index) => !oldestFirst.slice(0, index).some((each) => isAsGood(each, proof)));
  return first.toReversed();
}

/** True if `one` makes `other` superfluous. Then `one` is about the same text and account, and is at least as strong. */
export function isAsGood(one: ComparedProof, other: ComparedProof): boolean {
  const isOfSameText = one.attribute === other.attribute && one.version === other.version && one.sha256 === other.sha256;
  return isOfSameText && one.account === other.account && computeStrength(one) >= computeStrength(other);
}

type ComparedProof = Pick<TermsProof, "attribute" | "version" | "sha256" | "emailProven" | "account" | "emailTyped">;

/**
 * Returns 2 for a proven address, and 0 for an unproven one. A proof of an earlier version, which does not say whether a provider proved
 * the address, is between the two.
 */
function computeStrength({ emailProven, emailTyped }: ComparedProof): number {
  if (emailProven !== undefined) return emailProven ? 2 : 0;
  return emailTyped ? 0 : 1;
}

/**
 * True if a proof counts as a proof by the owner of the address. A proof of an earlier version counts unless somebody typed the address.
 */
export function isOwnersProof(proof: ComparedProof): boolean {
  return computeStrength(proof) > 0;
}

/** True if an account's holder accepted this version: with a proven address, or by that account. */
export function hasAccepted(
  proofs: readonly TermsProof[],
  { attribute, version }: Pick<TermsProof, "attribute" | "version">,
  account: string | undefined,
): boolean {
  const counts = (proof: TermsProof) => isOwnersProof(proof) || (proof.emailProven === false && proof.account === account);
  return proofs.some((proof) => proof.attribute === attribute && proof.version === version && counts(proof));
}

const cells = ["attribute", "version", "language", "sha256", "at", "reference"] as const;

/** Reads one member of the set of proofs. Undefined for a member that somebody wrote by hand. */
export function readProof(member: unknown): TermsProof | undefined {
  const proof = parseJsonObject(String(member));
  return proof !== undefined && cells.every((name) => typeof proof[name] === "string") ? (proof as unknown as TermsProof) : undefined;
}

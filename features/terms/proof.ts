import { parseJsonObject } from "../../engine/json";
import type { HashOf } from "../../engine/sign-up/person";
import { type Identifiable, personIdFor } from "../../engine/sign-up/person-key";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Reserve } from "../../engine/sign-up/verdict";

/** The proof that somebody accepted a text. The proof identifies the text by the text's hash. */
export interface TermsProof {
  /** The short name of the attribute whose box the person ticks. */
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
/** Maximum number of proofs in a row. A person has one row for proven and one for unproven acceptances. */
const MOST = 100;

/**
 * Returns the key of the row with a person's proofs. Unproven acceptances have a row of their own, so that they take up no room in the row
 * of the address's owner.
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

/** Returns the key of the row with the hash of the first text that somebody accepted under this version and language. */
export function termsTextKey({ attribute, version, language }: Pick<TermsProof, "attribute" | "version" | "language">): RecordKey {
  return { table: "ledger", key: { id: `${TEXTS_PREFIX}${attribute}/${version}/${language}` } };
}

/**
 * Returns the write of a proof. If the call is repeated in the same minute, the write adds the same proof, so the set does not change. If
 * the call is repeated later, the caller finds the proof in the row and does not write.
 * @param person further cells of the row
 */
export function proofWrite(proof: TermsProof, key: RecordKey, person: Readonly<Record<string, string>>): Reserve {
  const { attribute, version, language, sha256, at, reference, gate, emailProven, account } = proof;
  // The members have a fixed order, so that equal proofs are equal texts.
  const holder = JSON.stringify({ attribute, version, language, sha256, at, reference, gate, emailProven, account });
  return { ...key, slots: PROOFS, holder, atMost: MOST, set: person };
}

/**
 * Returns the proofs in a person's row, newest first. Omits a proof if an older proof makes it superfluous: see `isAsGood`. Ignores members
 * that somebody wrote by hand.
 */
export function proofsIn(row: Row | undefined): readonly TermsProof[] {
  const members: unknown = row?.[PROOFS];
  const read = Array.isArray(members) ? members.flatMap((member) => readProof(member) ?? []) : [];
  const oldestFirst = read.sort((one, other) => (one.at < other.at ? -1 : 1));
  const first = oldestFirst.filter((proof, index) => !oldestFirst.slice(0, index).some((each) => isAsGood(each, proof)));
  return first.toReversed();
}

/** True if `one` makes `other` superfluous: the two are about the same text and account, and `one` is at least as strong as `other`. */
export function isAsGood(one: ComparedProof, other: ComparedProof): boolean {
  const isOfSameText = one.attribute === other.attribute && one.version === other.version && one.sha256 === other.sha256;
  return isOfSameText && one.account === other.account && computeStrength(one) >= computeStrength(other);
}

type ComparedProof = Pick<TermsProof, "attribute" | "version" | "sha256" | "emailProven" | "account" | "emailTyped">;

/**
 * Returns the strength of a proof: 2 if the address was proven, 0 if not. A proof of an earlier version does not say this. Its strength is
 * 0 if somebody typed the address, and otherwise 1.
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

/** True if a proof shows that the person accepted this version, with a proven address or with this account. */
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

import { parseJsonObject } from "../../engine/json";
import type { HashOf } from "../../engine/sign-up/person";
import { type Identifiable, personIdFor } from "../../engine/sign-up/person-key";
import type { RecordKey, Row } from "../../engine/sign-up/rule";
import type { Reserve } from "../../engine/sign-up/verdict";

/** Proof that somebody accepted a text, which is known by its hash. */
export interface TermsProof {
  /** The short name of the attribute that was the box. */
  readonly attribute: string;
  readonly version: string;
  /** Of the text that the person was given. */
  readonly language: string;
  /** Of the file with the text, as it was deployed. */
  readonly sha256: string;
  /** ISO 8601, to the minute. */
  readonly at: string;
  /** The code of the decision. */
  readonly reference: string;
  readonly gate?: string;
  /** True if the address was proven, by the step's `trust`. Absent in proofs of earlier versions. */
  readonly emailProven?: boolean;
  /** Of an unproven acceptance: the hash of the account, where the provider names one. */
  readonly account?: string;
  /** Only in proofs of earlier versions: somebody typed the address. */
  readonly emailTyped?: true;
}

/** With what the ledger's ids of proofs begin: the hash of a person follows. */
export const PROOFS_PREFIX = "terms/";
/** With what the ledger's ids of texts begin. */
export const TEXTS_PREFIX = "terms-text/";

/** The row's set of proofs. */
export const PROOFS = "accepted";
/** Of one person. */
const MOST = 100;

/** The row with all that a person accepted. Those who prove no address have one of their own, which takes no place in the owner's. */
export function proofsKey(person: Identifiable, hashOf: HashOf, emailProven: boolean): RecordKey {
  const [proven, unproven] = buildProofKeys(personIdFor(person, hashOf));
  return emailProven ? proven : unproven;
}

/** The keys of a person's two rows: the proven acceptances, and the unproven ones. */
export function buildProofKeys(personId: string): readonly [proven: RecordKey, unproven: RecordKey] {
  const id = `${PROOFS_PREFIX}${personId}`;
  return [
    { table: "ledger", key: { id } },
    { table: "ledger", key: { id: `${id}/unproven` } },
  ];
}

/** The row that says which text a version first was, in one language. */
export function termsTextKey({ attribute, version, language }: Pick<TermsProof, "attribute" | "version" | "language">): RecordKey {
  return { table: "ledger", key: { id: `${TEXTS_PREFIX}${attribute}/${version}/${language}` } };
}

/**
 * The write of a proof. A repeat of the call in the same minute writes the same; a later one finds it.
 * @param person what else the row says of them
 */
export function proofWrite(proof: TermsProof, key: RecordKey, person: Readonly<Record<string, string>>): Reserve {
  const { attribute, version, language, sha256, at, reference, gate, emailProven, account } = proof;
  // In one order, for every caller.
  const holder = JSON.stringify({ attribute, version, language, sha256, at, reference, gate, emailProven, account });
  return { ...key, slots: PROOFS, holder, atMost: MOST, set: person };
}

/**
 * The proofs in a person's row, newest first: one for each text, and for each account that proved no address. Ignores anything written
 * there by hand.
 */
export function proofsIn(row: Row | undefined): readonly TermsProof[] {
  const members: unknown = row?.[PROOFS];
  const read = Array.isArray(members) ? members.flatMap((member) => readProof(member) ?? []) : [];
  const oldestFirst = read.sort((one, other) => (one.at < other.at ? -1 : 1));
  const first = oldestFirst.filter((proof, index) => !oldestFirst.slice(0, index).some((each) => isAsGood(each, proof)));
  return first.toReversed();
}

/** True if one proof makes another superfluous: of the same text and account, and at least as strong. */
export function isAsGood(one: ComparedProof, other: ComparedProof): boolean {
  const isOfSameText = one.attribute === other.attribute && one.version === other.version && one.sha256 === other.sha256;
  return isOfSameText && one.account === other.account && computeStrength(one) >= computeStrength(other);
}

type ComparedProof = Pick<TermsProof, "attribute" | "version" | "sha256" | "emailProven" | "account" | "emailTyped">;

/** A proof of an earlier version does not say whether a provider proved the address: it is weaker than one that does. */
function computeStrength({ emailProven, emailTyped }: ComparedProof): number {
  if (emailProven !== undefined) return emailProven ? 2 : 0;
  return emailTyped ? 0 : 1;
}

/** True if a proof is the person's. Of an earlier version, only a typed address is known to prove nothing. */
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

/** One member of the set; undefined for what somebody wrote there by hand. */
export function readProof(member: unknown): TermsProof | undefined {
  const proof = parseJsonObject(String(member));
  return proof !== undefined && cells.every((name) => typeof proof[name] === "string") ? (proof as unknown as TermsProof) : undefined;
}

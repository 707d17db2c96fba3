import { type HashOf, type Identifiable, personIdFor } from "../sign-up/person";
import type { RecordKey, Row } from "../sign-up/rule";
import type { Reserve } from "../sign-up/verdict";

/** That somebody accepted a text. The text is known by its hash. */
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
  /** Nobody had proven the person's address. */
  readonly emailTyped?: true;
}

/** With what the ledger's ids of proofs begin: the hash of a person follows. */
const PROOFS_PREFIX = "terms/";
/** With what the ledger's ids of texts begin. */
const TEXTS_PREFIX = "terms-text/";

/** The row's set of proofs. */
const PROOFS = "accepted";
/** Of one person. */
const MOST = 100;

/** The row with all that a person accepted. */
export function proofsKey(person: Identifiable, hashOf: HashOf): RecordKey {
  return proofsKeyOf(personIdFor(person, hashOf));
}

/** The same by the person's id. */
export function proofsKeyOf(personId: string): RecordKey {
  return { table: "ledger", key: { id: `${PROOFS_PREFIX}${personId}` } };
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
  const { attribute, version, language, sha256, at, reference, gate, emailTyped } = proof;
  // In one order, for every caller.
  const holder = JSON.stringify({ attribute, version, language, sha256, at, reference, gate, emailTyped });
  return { ...key, slots: PROOFS, holder, atMost: MOST, set: person };
}

/**
 * The proofs in a person's row, the newest first: of each text one, and one of a stranger who typed the address before its owner came. What
 * somebody wrote there by hand is none.
 */
export function proofsIn(row: Row | undefined): readonly TermsProof[] {
  const members: unknown = row?.[PROOFS];
  const read = Array.isArray(members) ? members.flatMap(readProof) : [];
  const oldestFirst = read.sort((one, other) => (one.at < other.at ? -1 : 1));
  const first = oldestFirst.filter((proof, index) => !oldestFirst.slice(0, index).some((each) => isAsGood(each, proof)));
  return first.toReversed();
}

/** Whether one proof makes another needless: it is of the same text, and not only of somebody who typed the address. */
export function isAsGood(
  one: Pick<TermsProof, "attribute" | "version" | "sha256" | "emailTyped">,
  other: Pick<TermsProof, "attribute" | "version" | "sha256" | "emailTyped">,
): boolean {
  const isOfSameText = one.attribute === other.attribute && one.version === other.version && one.sha256 === other.sha256;
  return isOfSameText && (one.emailTyped !== true || other.emailTyped === true);
}

/** Whether one of somebody's proofs is of this version. */
export function hasAccepted(
  proofs: readonly TermsProof[],
  { terms, version }: { readonly terms: string; readonly version: string },
): boolean {
  return proofs.some((proof) => proof.attribute === terms && proof.version === version);
}

const cells = ["attribute", "version", "language", "sha256", "at", "reference"] as const;

function readProof(member: unknown): readonly TermsProof[] {
  try {
    const read = JSON.parse(String(member)) as TermsProof;
    return cells.every((name) => typeof read[name] === "string") ? [read] : [];
  } catch {
    return [];
  }
}

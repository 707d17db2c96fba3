import { hasAccepted, isAsGood, proofsIn, type TermsProof } from "../../../features/terms/proof";

const proof = { attribute: "terms", version: "2026-01", language: "en", sha256: "a1", at: "2026-02-01T12:00:00Z", reference: "K7QD-9MXD" };
const rowOf = (...members: readonly unknown[]) => ({
  accepted: members.map((each) => (typeof each === "string" ? each : JSON.stringify(each))),
});
const made = (more: Partial<TermsProof>): TermsProof => ({ ...proof, ...more }) as TermsProof;

it.each<{ given: string; one: Partial<TermsProof>; other: Partial<TermsProof>; is: boolean }>([
  { given: "the same text", one: {}, other: {}, is: true },
  { given: "the same text in another minute and language", one: { at: "2026-03-01T12:00:00Z", language: "ko" }, other: {}, is: true },
  { given: "another account's", one: { emailProven: false, account: "a" }, other: { emailProven: false, account: "b" }, is: false },
  { given: "one account's twice", one: { emailProven: false, account: "a" }, other: { emailProven: false, account: "a" }, is: true },
  { given: "of an earlier version, beside a proven one", one: {}, other: { emailProven: true }, is: false },
  { given: "a proven one, beside one of an earlier version", one: { emailProven: true }, other: {}, is: true },
  { given: "other terms", one: { attribute: "privacy" }, other: {}, is: false },
  { given: "another version", one: { version: "2026-02" }, other: {}, is: false },
  { given: "another text", one: { sha256: "b2" }, other: {}, is: false },
  { given: "only somebody who typed the address", one: { emailTyped: true }, other: {}, is: false },
  { given: "two who typed the address", one: { emailTyped: true }, other: { emailTyped: true }, is: true },
  { given: "the owner, and somebody who typed the address", one: {}, other: { emailTyped: true }, is: true },
])("decides if a stored proof makes another one unnecessary: $given, $is", ({ one, other, is }) =>
  expect(isAsGood(made(one), made(other))).toBe(is),
);

const later = { at: "2026-03-01T12:00:00Z" };
const latest = { at: "2026-04-01T12:00:00Z", version: "2026-02", sha256: "b2" };

it.each<{ given: string; row: object | undefined; proofs: readonly TermsProof[] }>([
  { given: "no row", row: undefined, proofs: [] },
  { given: "no proof", row: {}, proofs: [] },
  { given: "what is no list", row: { accepted: JSON.stringify(proof) }, proofs: [] },
  { given: "the newest first", row: rowOf(made({}), made(latest)), proofs: [made(latest), made({})] },
  { given: "the newest first, however they stand", row: rowOf(made(latest), made({})), proofs: [made(latest), made({})] },
  { given: "the first of one text", row: rowOf(made(later), made(latest), made({})), proofs: [made(latest), made({})] },
  {
    given: "who typed the address, and its owner later",
    row: rowOf(made({ emailTyped: true }), made(later)),
    proofs: [made(later), made({ emailTyped: true })],
  },
  { given: "who typed the address after its owner", row: rowOf(made({}), made({ ...later, emailTyped: true })), proofs: [made({})] },
  {
    given: "what somebody wrote by hand",
    row: rowOf("{", "null", "5", { ...proof, at: 5 }, { ...proof, reference: undefined }, made({})),
    proofs: [made({})],
  },
])("reads a person's proofs: $given", ({ row, proofs }) => expect(proofsIn(row as never)).toEqual(proofs));

it.each([
  { attribute: "terms", version: "2026-01", is: true },
  { attribute: "terms", version: "2026-02", is: false },
  { attribute: "privacy", version: "2026-01", is: false },
])("a person with one proof has accepted $attribute of $version: $is", ({ is, ...asked }) =>
  expect(hasAccepted([made({})], asked, undefined)).toBe(is),
);

it.each<{ given: string; proof: Partial<TermsProof>; account?: string; is: boolean }>([
  { given: "one that proves nothing, of nobody's account", proof: { emailProven: false }, account: "a", is: false },
  { given: "one of another account", proof: { emailProven: false, account: "b" }, account: "a", is: false },
  { given: "the account's own", proof: { emailProven: false, account: "a" }, account: "a", is: true },
  { given: "a typed address of an earlier version", proof: { emailTyped: true }, is: false },
])("an unproven acceptance counts only for the account that gave it: $given, $is", ({ proof: more, account, is }) =>
  expect(hasAccepted([made(more)], { attribute: "terms", version: "2026-01" }, account)).toBe(is),
);

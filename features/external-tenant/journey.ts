import { addressOf } from "../../engine/sign-up/email";
import { getProvider, MAIL_ISSUER } from "../../engine/sign-up/issuers";
import { buildAccountKey, buildPersonId, eachHash, type HashOf, type PersonHashes } from "../../engine/sign-up/person";
import type { PersonSearch } from "../../engine/sign-up/ports";
import type { RecordKey, Records } from "../../engine/sign-up/rule";
import type { SignUp } from "../../engine/sign-up/sign-up";
import type { Put } from "../../engine/sign-up/verdict";

// An external tenant calls twice, before the form and after it. Only before the form does the provider send the attribute with the address.
// That address is kept, so that the same address still counts as the provider's when the form is sent.

/** Prefix of the ids of these journeys in the usage table. */
export const JOURNEY_PREFIX = "journey/";

/** Milliseconds for which an address is kept. If the form stays open longer, the address counts as typed by the person. */
const KEPT_MS = 3_600_000;
/** Entra's ids are GUIDs, which are shorter. */
const MAX_CORRELATION_ID_LENGTH = 128;

/** The accounts are part of the identity, so that nobody benefits from another person's correlation id. */
function buildJourneyIdentity({ source, gate, correlationId, identities }: SignUp): string | undefined {
  if (source !== "external-tenant" || correlationId === undefined || correlationId.length > MAX_CORRELATION_ID_LENGTH) return undefined;
  const isAccount = (identity: SignUp["identities"][number]) =>
    identity.issuerAssignedId !== undefined && getProvider(identity) !== MAIL_ISSUER;
  if (identities.length === 0 || !identities.every(isAccount)) return undefined;
  return JSON.stringify(["journey", gate ?? null, correlationId, ...identities.map(buildAccountKey).sort()]);
}

function buildJourneyKey(journey: string, hashOf: HashOf): RecordKey & { readonly key: { readonly id: string } } {
  return { table: "ledger", key: { id: `${JOURNEY_PREFIX}${hashOf(journey)}` } };
}

function wordFor(email: string, journey: string, hashOf: HashOf): string {
  return hashOf(JSON.stringify([journey, email]));
}

/** Stores the address that the provider sent before the form. An existing row stays until it expires, so the first address counts. */
export function verifiedAddressClaim(signUp: SignUp, hashOf: HashOf, now: Date): Put | undefined {
  const email = addressOf(signUp);
  const journey = buildJourneyIdentity(signUp);
  if (signUp.step !== "after-sign-in" || email === undefined || signUp.emailTyped || journey === undefined) return undefined;
  const expires = Math.ceil((now.getTime() + KEPT_MS) / 1_000);
  const { table, key } = buildJourneyKey(journey, hashOf);
  return {
    table,
    item: { ...key, address: wordFor(email, journey, hashOf), personId: buildPersonId(email, hashOf), expires },
    condition: "absent",
    expiresBefore: Math.ceil(now.getTime() / 1_000),
  };
}

/** Returns a search that tells whether the provider sent the address that now counts as typed. */
export function searchProviderWord(signUp: SignUp, hashes: PersonHashes): PersonSearch | undefined {
  const { emailTyped, ...confirmed } = signUp;
  const email = addressOf(signUp);
  const journey = buildJourneyIdentity(signUp);
  if (signUp.step !== "before-create-user" || email === undefined || !emailTyped || journey === undefined) return undefined;
  const places = eachHash(hashes).map((hashOf) => ({ key: buildJourneyKey(journey, hashOf), word: wordFor(email, journey, hashOf) }));
  const isConfirmed = (records: Records, now: Date) =>
    places.some(({ key, word }) => {
      const { address, expires } = records.get(key) ?? {};
      // DynamoDB may return rows that have expired.
      return address === word && typeof expires === "number" && expires * 1_000 >= now.getTime();
    });
  return {
    keys: places.map(({ key }) => key),
    isOptional: true,
    likely: confirmed,
    identify: (records, { now }) => (isConfirmed(records, now) ? { signUp: confirmed } : undefined),
  };
}

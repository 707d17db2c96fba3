import type { EditedRows } from "../../adapters/tables/edited-rows";
import { toRow } from "../../adapters/tables/item";
import { accountHashOf, eachHash, type PersonHashes, personIdOf } from "../../engine/sign-up/person";
import type { Named } from "../person/store/person";
import { proofsIn, proofsKeysOf, type TermsProof } from "./proof";

/** What somebody accepted, the newest first: read by key. */
export async function acceptedBy(
  { same, account }: Pick<Named, "same" | "account">,
  hashes: PersonHashes,
  ledger: Pick<EditedRows, "get">,
): Promise<readonly TermsProof[]> {
  const ids = eachHash(hashes).flatMap((hashOf) => [
    ...same.map((email) => personIdOf(email, hashOf)),
    ...(account === undefined ? [] : [accountHashOf([account], hashOf) as string]),
  ]);
  return await acceptedUnder(ids, ledger);
}

/** The same by a person's ids, each of which may have a row of proven acceptances and one of others. */
export async function acceptedUnder(ids: readonly string[], ledger: Pick<EditedRows, "get">): Promise<readonly TermsProof[]> {
  const items = await Promise.all([...new Set(ids)].flatMap((id) => proofsKeysOf(id).map(({ key }) => ledger.get(key))));
  return items.flatMap((item) => (item === undefined ? [] : proofsIn(toRow(item)))).sort((one, other) => (one.at > other.at ? -1 : 1));
}

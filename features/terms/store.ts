import type { EditedRows } from "../../adapters/tables/edited-rows";
import { type Item, toItem, toRow } from "../../adapters/tables/item";
import type { PersonNames, RowKind } from "../../adapters/tables/row-kind";
import { buildPersonId, eachHash, hashAccount, type PersonHashes } from "../../engine/sign-up/person";
import type { Identity } from "../../engine/sign-up/sign-up";
import { buildProofKeys, PROOFS, PROOFS_PREFIX, proofsIn, readProof, type TermsProof } from "./proof";

/**
 * A row may have several accounts' unproven acceptances. For an account that does not own the row, an export or erasure takes only the
 * account's own acceptances.
 */
export const termsKind: RowKind = {
  table: "ledger",
  under: PROOFS_PREFIX,
  personal: {
    partOf(item, person, isTheirs) {
      if (isTheirs) return item;
      const personProofs = ownProofs(item, person);
      return personProofs.length === 0 ? undefined : { ...toItem({ id: item.id?.S }), [PROOFS]: { SS: personProofs } };
    },
    restOf(item, person, isTheirs) {
      const personProofs = new Set(ownProofs(item, person));
      const others = (item[PROOFS]?.SS ?? []).filter((proof) => !personProofs.has(proof));
      return isTheirs || others.length === 0 ? undefined : { ...item, [PROOFS]: { SS: others } };
    },
  },
};

function ownProofs(item: Item, { accountIds }: PersonNames): string[] {
  return (item[PROOFS]?.SS ?? []).filter((member) => accountIds.has(readProof(member)?.account ?? ""));
}

/** Returns a person's acceptances, newest first. */
export async function acceptedBy(
  { same, account }: { readonly same: readonly string[]; readonly account?: Identity },
  hashes: PersonHashes,
  ledger: Pick<EditedRows, "get">,
): Promise<readonly TermsProof[]> {
  const ids = eachHash(hashes).flatMap((hashOf) => [
    ...same.map((email) => buildPersonId(email, hashOf)),
    ...(account === undefined ? [] : [hashAccount([account], hashOf) as string]),
  ]);
  return await acceptedUnder(ids, ledger);
}

/** Each id may have a row of proven acceptances and one of unproven ones. */
export async function acceptedUnder(ids: readonly string[], ledger: Pick<EditedRows, "get">): Promise<readonly TermsProof[]> {
  const items = await Promise.all([...new Set(ids)].flatMap((id) => buildProofKeys(id).map(({ key }) => ledger.get(key))));
  return items.flatMap((item) => (item === undefined ? [] : proofsIn(toRow(item)))).sort((one, other) => (one.at > other.at ? -1 : 1));
}

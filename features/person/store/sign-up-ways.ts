import type { EditedRows } from "../../../adapters/tables/edited-rows";
import type { Item } from "../../../adapters/tables/item";
import { eachHash, type PersonHashes } from "../../../engine/sign-up/person";
import { type DialectName, dialects } from "../../../engine/sign-up/sign-up";
import { oneAccountKey } from "../../one-account/rule";

/** A person's way of signing up, stored for the rule `oneAccount`. */
export interface SignUpWay {
  readonly item: Item;
  readonly dialect: DialectName;
  readonly issuer: string;
  /** Time at which the person was last let in this way. ISO 8601. */
  readonly at: string;
}

/** Finds at most one row for each kind of tenant and each key of the hashes. */
export async function findStoredWays(email: string, hashes: PersonHashes, ledger: Pick<EditedRows, "get">): Promise<readonly SignUpWay[]> {
  const places = dialects.flatMap((dialect) =>
    eachHash(hashes).map((hashOf) => ({ dialect, ...oneAccountKey({ email, source: dialect }, hashOf) })),
  );
  const waysByPlace = await Promise.all(places.map(async ({ dialect, key }) => ({ dialect, item: await ledger.get(key) })));
  return waysByPlace.flatMap(({ dialect, item }) =>
    item === undefined ? [] : [{ item, dialect, issuer: item.issuer?.S ?? "", at: item.at?.S ?? "" }],
  );
}

/** Lets the person sign up in any way again. Returns false if a row changed meanwhile. */
export async function forgetSignUpWays(ways: readonly SignUpWay[], ledger: Pick<EditedRows, "remove">): Promise<boolean> {
  const removalFlags = await Promise.all(ways.map(({ item }) => ledger.remove(item)));
  return removalFlags.every((isGone) => isGone);
}

import type { AwsClient } from "../../../adapters/aws/client";
import { toRow } from "../../../adapters/tables/item";
import type { LiveAccount } from "../../../engine/directory-account";
import { candidates, type Level, match } from "../../access-list/match";
import { rowReader } from "../../access-list/store/revert";
import type { AccountRow } from "../../accounts/account";

/** Levels of entries about one person. Denying a domain, class or provider affects only later sign-ups. */
const ofPerson: ReadonlySet<Level> = new Set(["account", "address", "base", "mailbox"]);

/**
 * Returns a function that checks whether an entry about one person denies the account's person. Such entries are made after an incident.
 */
export function buildDenialCheck(client: AwsClient, accessListTable: string, now: () => Date) {
  const read = rowReader(client, accessListTable);
  return async (
    { email, gate, emailVouchers = [] }: AccountRow,
    { identities = [] }: Pick<LiveAccount, "identities">,
  ): Promise<boolean> => {
    const person = { email, identities, ...(gate !== undefined && { gate }) };
    const keys = candidates(person, []).filter(({ level }) => ofPerson.has(level));
    const rows = await read([...new Set(keys.map(({ key }) => key))]);
    const find = (key: string) => {
      const item = rows.get(key);
      return item && toRow(item);
    };
    return match(person, [], find, now(), emailVouchers.length > 0).listed === "deny";
  };
}

import { environment } from "../../../adapters/aws/environment";
import { accountStore } from "../store/accounts";
import type { RowsWorld } from "./account-rows";

/** Notes a token as a sign-in of the account that it names. Undefined if the function has no table of accounts. */
export function tokenNote({ settings, tables, clock }: RowsWorld): ((userId: string, at: string) => Promise<void>) | undefined {
  const table = settings[environment.accountsTable];
  if (table === undefined) return undefined;
  const accounts = accountStore(tables, table);
  return (userId, at) => accounts.noteToken(userId, at, new Date(clock.now()));
}

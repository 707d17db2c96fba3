import type { World } from "../adapters/world";
import type { AccountNote, MadeBy } from "./approvals/worker/account-note";
import { madeAccounts } from "./expiry/worker/account-rows";
import { madeAccountHolders } from "./external-tenant/worker/made-accounts";

/** What features keep of an account that an approval makes, in the order in which they do. A feature has its line here. */
const all = [madeAccounts, madeAccountHolders] as const;

/** Keeps it all. */
export function accountNotes(world: Pick<World, "settings" | "tables" | "clock">, maker: MadeBy): AccountNote {
  const notes = all.flatMap((each) => each(world, maker) ?? []);
  return async (request, accountId) => {
    for (const note of notes) await note(request, accountId);
  };
}

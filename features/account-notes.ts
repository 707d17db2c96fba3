import type { World } from "../adapters/world";
import { madeAccounts } from "./accounts/worker/account-rows";
import type { AccountNote, MadeBy } from "./approvals/client/accounts";
import { madeAccountHolders } from "./external-tenant/worker/made-accounts";

type AccountWorld = Pick<World, "settings" | "tables" | "clock">;

/** Notes that features keep of an account made by an approval, in order. A feature has its line here. */
const all: readonly ((world: AccountWorld, maker: MadeBy) => AccountNote | undefined)[] = [madeAccounts, madeAccountHolders];

/** Keeps it all. */
export function accountNotes(world: AccountWorld, maker: MadeBy): AccountNote {
  const notes = all.flatMap((each) => each(world, maker) ?? []);
  return async (request, accountId) => {
    for (const note of notes) await note(request, accountId);
  };
}

import type { World } from "../adapters/world";
import type { AccountNote, MadeBy } from "./approvals/client/accounts";
import { accountNotes as list } from "./lists/account-notes";

type AccountWorld = Pick<World, "settings" | "tables" | "clock">;

const makers: readonly ((world: AccountWorld, maker: MadeBy) => AccountNote | undefined)[] = list;

/** Returns a function that makes the notes of all features about an account that an approval made, one after another. */
export function accountNotes(world: AccountWorld, maker: MadeBy): AccountNote {
  const notes = makers.flatMap((each) => each(world, maker) ?? []);
  return async (request, accountId) => {
    for (const note of notes) await note(request, accountId);
  };
}

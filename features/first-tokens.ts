import type { World } from "../adapters/world";
import type { FirstToken } from "../engine/sign-up/ports";
import { keptAccounts } from "./accounts/worker/account-rows";

type Keeper = (world: Pick<World, "settings" | "tables" | "clock">) => ((arrived: FirstToken) => Promise<void>) | undefined;

/** Rows that features keep at an account's first token. A feature has its line here. */
const all: readonly Keeper[] = [keptAccounts];

/** Keeps them all. Undefined if the stack gives the step no table for any of them. */
export function firstTokens(world: Parameters<Keeper>[0]): ReturnType<Keeper> {
  const keepers = all.flatMap((each) => each(world) ?? []);
  if (keepers.length === 0) return undefined;
  return async (arrived) => {
    for (const keep of keepers) await keep(arrived);
  };
}

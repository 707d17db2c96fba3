import { environment } from "../../../adapters/aws/environment";
import type { World } from "../../../adapters/world";
import type { FirstToken } from "../../../engine/sign-up/ports";
import { arrive, noteInvitation, noteSponsorAttempt } from "../change";
import { accountStore } from "../store/accounts";

export type RowsWorld = Pick<World, "settings" | "tables" | "clock">;

/** The function that stores an account at its first token. Undefined if the step's function has no table of accounts. */
export function keptAccounts(world: RowsWorld): ((firstToken: FirstToken) => Promise<void>) | undefined {
  const keep = makeAccountKeeper(world);
  if (keep === undefined) return undefined;
  return async ({ userId, at, ...person }) => await keep({ id: userId.toLowerCase(), ...person, letInAt: at, by: "token" });
}

/** An existing row only notes the invitation, and that its sponsor was set in Entra. Undefined if the function has no table of accounts. */
export function makeAccountKeeper({ settings, tables, clock }: RowsWorld) {
  const table = settings[environment.accountsTable];
  if (table === undefined) return undefined;
  const accounts = accountStore(tables, table);
  return async (newcomer: Omit<Parameters<typeof arrive>[1], "arrivedAt">, invitedAt?: string, hasSetSponsor = false): Promise<void> => {
    const { id, sponsor } = newcomer;
    const now = new Date(clock.now());
    const { ok } = await accounts.change(id, (storedRow) => arrive(storedRow, { ...newcomer, arrivedAt: now.toISOString() }, now));
    if (hasSetSponsor && sponsor !== undefined)
      await accounts.change(id, (storedRow) => noteSponsorAttempt(storedRow, sponsor, "set", now));
    if (!ok && invitedAt !== undefined) await accounts.change(id, (storedRow) => noteInvitation(storedRow, invitedAt, now));
  };
}

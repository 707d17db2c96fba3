import { rows } from "../../../adapters/tables/rows";
import { tableNamesIn } from "../../../adapters/tables/tables";
import type { World } from "../../../adapters/world";
import type { AccountNote, MadeBy } from "../../approvals/client/accounts";
import { NOTE_MS } from "../../approvals/provisioning";
import { madeAccountWrite } from "../account";
import { extensionVariables, isId } from "../extension-caller";

/**
 * Returns a function that records who owns an account that an approval creates. Undefined except in an external tenant whose tokens are
 * traced to people.
 */
export function accountNote(
  { settings, tables, clock }: Pick<World, "settings" | "tables" | "clock">,
  { tenantId, inviteAll }: MadeBy,
): AccountNote | undefined {
  const tracedTenant = settings[extensionVariables.tracedTenant];
  if (tracedTenant === undefined || !isId(tenantId, tracedTenant)) return undefined;
  const { write } = rows(tables, tableNamesIn(settings));
  return async ({ personId, email, emailProven, identities }, accountId) => {
    // The invitation goes to the typed address, which may belong to another person than the account at the provider.
    if (inviteAll && !emailProven && identities.length > 0) return;
    const holder = { email, ...(!emailProven && { emailTyped: true as const }), identities };
    await write(madeAccountWrite(accountId, holder, personId, new Date(clock.now())), AbortSignal.timeout(NOTE_MS));
  };
}

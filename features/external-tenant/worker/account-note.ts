import { rows } from "../../../adapters/tables/rows";
import { tableNamesIn } from "../../../adapters/tables/tables";
import type { World } from "../../../adapters/world";
import type { AccountNote, MadeBy } from "../../approvals/client/accounts";
import { NOTE_MS } from "../../approvals/provisioning";
import { madeAccountWrite } from "../account";
import { extensionVariables, isId } from "../extension-caller";

/** The function that notes an account. Undefined unless the account is in the external tenant whose accounts are traced. */
export function accountNote(
  { settings, tables, clock }: Pick<World, "settings" | "tables" | "clock">,
  { tenantId, inviteAll }: MadeBy,
): AccountNote | undefined {
  const tracedTenant = settings[extensionVariables.tracedTenant];
  if (tracedTenant === undefined || !isId(tenantId, tracedTenant)) return undefined;
  const { write } = rows(tables, tableNamesIn(settings));
  return async ({ personId, email, emailProven, identities }, accountId) => {
    // If an address was only typed, its invitation may reach somebody other than the owner of the provider's account. Then no row is
    // written.
    if (inviteAll && !emailProven && identities.length > 0) return;
    const holder = { email, ...(!emailProven && { emailTyped: true as const }), identities };
    await write(madeAccountWrite(accountId, holder, personId, new Date(clock.now())), AbortSignal.timeout(NOTE_MS));
  };
}

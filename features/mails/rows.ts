import { ABOUT_PREFIX, BACK_PREFIX, SENT_PREFIX } from "../../adapters/mail/mail-states";
import type { RowKind } from "../../adapters/tables/row-kind";

// SES's messages are known only to the deployment that sent them.
const sentKind: RowKind = { table: "ledger", under: SENT_PREFIX, backedUp: false };
const aboutKind: RowKind = { table: "ledger", under: ABOUT_PREFIX, backedUp: false };
/** Names things by their ids, for 30 days, and nobody by an address. */
const backKind: RowKind = { table: "ledger", under: BACK_PREFIX, personal: false, backedUp: false };

export const rows = [sentKind, aboutKind, backKind];

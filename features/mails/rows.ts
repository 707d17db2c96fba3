import type { AwsClient } from "../../adapters/aws/client";
import { FORGOTTEN_PREFIX, markForgotten } from "../../adapters/mail/forgotten";
import { ABOUT_PREFIX, BACK_PREFIX, SENT_PREFIX } from "../../adapters/mail/mail-states";
import { WAITING_PREFIX } from "../../adapters/mail/waiting-mails";
import { beginning } from "../../adapters/tables/conditions";
import type { Item } from "../../adapters/tables/item";
import { isPersons, type PersonNames, type RowKind } from "../../adapters/tables/row-kind";
import { readPages } from "../../adapters/tables/search";
import { deleteItem } from "../../adapters/tables/table";
import { tables } from "../../adapters/tables/tables";
import { normaliseMailbox } from "../../engine/sign-up/spellings";

// SES's messages are known only to the deployment that sent them.
const sentKind: RowKind = { table: "ledger", under: SENT_PREFIX, backedUp: false, forget: forgetMails };
const aboutKind: RowKind = { table: "ledger", under: ABOUT_PREFIX, backedUp: false };
/** Names things by their ids, for 30 days, and nobody by an address. */
const backKind: RowKind = { table: "ledger", under: BACK_PREFIX, personal: false, backedUp: false };
/** Names people by hashes for two hours after their erasure, so that nothing more is noted about them. */
const forgottenKind: RowKind = { table: "ledger", under: FORGOTTEN_PREFIX, personal: false, backedUp: false };

const PAGE_ROWS = 500;

/** Deletes rows about mails that were sent since an erasure looked for the person's rows, and lets no more be written. */
async function forgetMails(person: PersonNames, client: AwsClient, name: string): Promise<void> {
  await markForgotten(client, name, person.personIds, Date.now());
  const table = { client, name, key: tables.ledger.key };
  const isOfMail = beginning("id", [SENT_PREFIX, ABOUT_PREFIX, WAITING_PREFIX]);
  for await (const page of readPages(table, { limit: PAGE_ROWS, filter: isOfMail }))
    for (const item of page) if (namesPerson(item, person)) await deleteItem(table, item);
}

function namesPerson({ personId, people, email }: Item, person: PersonNames): boolean {
  const isTheirAddress = email?.S !== undefined && person.mailboxes.has(normaliseMailbox(email.S));
  return isTheirAddress || [personId?.S ?? "", ...(people?.SS ?? [])].some((each) => isPersons(each, person));
}

export const rows = [sentKind, aboutKind, backKind, forgottenKind];

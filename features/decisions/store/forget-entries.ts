import type { AwsClient } from "../../../adapters/aws/client";
import { mailboxIn, selectDomain, takenPlace, toRecord } from "../../../adapters/tables/decision-indexes";
import { decisionTable, ENTRY, keyColumns } from "../../../adapters/tables/decision-writes";
import { type Item, toItem } from "../../../adapters/tables/item";
import type { PersonNames } from "../../../adapters/tables/row-kind";
import { readPages } from "../../../adapters/tables/search";
import { batchGet, type DynamoTable, equal, updateItem } from "../../../adapters/tables/table";
import { normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import { domainsBeside, normaliseMailbox, removeTag, toBaseSpelling } from "../../../engine/sign-up/spellings";

/**
 * Removes a person's address from others' decisions. A decision about kim+news@contoso.com, for example, may name the entry
 * kim@contoso.com. Repeatable.
 */
export async function forgetEntries({ mailboxes }: PersonNames, client: AwsClient, name: string): Promise<void> {
  const table = decisionTable(client, name);
  const isOthers = (mailbox: string) =>
    !mailboxes.has(mailbox) && (mailboxes.has(toBaseSpelling(mailbox)) || mailboxes.has(removeTag(mailbox)));
  for (const mailbox of mailboxes) {
    const { local, domain } = splitAddress(mailbox);
    for (const beside of domainsBeside(domain)) {
      for await (const page of readPages(table, selectDomain(beside, startOfEach(local)))) {
        const others = page.filter((item) => isOthers(mailboxIn(item)));
        const keys = others.map((item) => ({ tableName: table.name, key: toItem(keyColumns(takenPlace(item))) }));
        for (const [, row] of await batchGet(client, keys)) await leaveOut(table, row, mailboxes);
      }
    }
  }
}

/** The start that all names have whose letters fold to this name: ß folds to ss. */
function startOfEach(local: string): string {
  return local.replace(/(?:ss|[^ -~]).*$/, "");
}

async function leaveOut(table: DynamoTable, row: Item, mailboxes: ReadonlySet<string>): Promise<void> {
  const record = toRecord(row);
  for (const [place, result] of record.trace.entries()) {
    const { entry, ...evidence } = result.evidence ?? {};
    const email = typeof entry === "string" ? normaliseEmail(entry) : undefined;
    if (email === undefined || !mailboxes.has(normaliseMailbox(email))) continue;
    const rest = toItem({ rest: { ...result, evidence } }).rest as Item[string];
    // Writes a single element of the trace, because a shadowed rule may add its result meanwhile.
    await updateItem(
      table,
      row,
      (placeholders) => `SET ${placeholders.name("trace")}[${place}] = ${placeholders.value(rest)} REMOVE ${placeholders.name(ENTRY)}`,
      equal(toItem({ at: record.at })),
    );
  }
}

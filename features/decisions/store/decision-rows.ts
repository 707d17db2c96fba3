import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import type { AwsClient } from "../../../adapters/aws/client";
import { decisionIndexes, mailboxIn, selectDomain, takenPlace, toRecord } from "../../../adapters/tables/decision-indexes";
import { decisionTable, ENTRY, keyColumns } from "../../../adapters/tables/decision-writes";
import { type Item, toItem } from "../../../adapters/tables/item";
import type { PersonNames, RowKind } from "../../../adapters/tables/row-kind";
import { readPages } from "../../../adapters/tables/search";
import { batchGet, type DynamoTable, equal, updateItem } from "../../../adapters/tables/table";
import { normaliseEmail, splitAddress } from "../../../engine/sign-up/email";
import { decisionRecord } from "../../../engine/sign-up/record";
import { domainsBeside, normaliseMailbox, removeTag, toBaseSpelling } from "../../../engine/sign-up/spellings";
import { buildSignUpDecided, SIGN_UP_DECIDED } from "../events";

// This file is separate from the store, because the store is in every step's bundle and does not need this file's code.

export const decisionKind: RowKind = {
  schema: decisionRecord,
  table: "decisions",
  shape: {
    streamed: "needed",
    published: true,
    hashed: true,
    version: "revision",
    ages: true,
    indexes: Object.values(decisionIndexes),
  },
  event({ before, after }) {
    if (after === undefined) return undefined;
    const record = toRecord(after);
    // A row that was made or changed by hand may lack fields that the event needs.
    if (!v.is(decisionRecord.entries.revision, record.revision)) throw new TypeError("The row has no revision.");
    // Two changes cause no event: the result of a shadowed rule is added, or an erasure removes an entry that names the erased person.
    if (before !== undefined && isDeepStrictEqual(newsIn(before), newsIn(after))) return undefined;
    return { type: SIGN_UP_DECIDED, detail: buildSignUpDecided(record), ipAddress: record.ipAddress };
  },
  forget: forgetEntries,
};

const newsIn = (row: Item) => ({ ...row, trace: undefined, [ENTRY]: undefined });

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
      // The start that all names have whose letters fold to this name: ß folds to ss.
      for await (const page of readPages(table, selectDomain(beside, local.replace(/(?:ss|[^ -~]).*$/, "")))) {
        const others = page.filter((item) => isOthers(mailboxIn(item)));
        const keys = others.map((item) => ({ tableName: table.name, key: toItem(keyColumns(takenPlace(item))) }));
        for (const [, row] of await batchGet(client, keys)) await leaveOut(table, row, mailboxes);
      }
    }
  }
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

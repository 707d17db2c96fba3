import type { AwsClient } from "../../../adapters/aws/client";
import { under } from "../../../adapters/tables/conditions";
import { toItem, toRow } from "../../../adapters/tables/item";
import { readPages } from "../../../adapters/tables/search";
import { equal } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { isPast } from "../../../engine/sign-up/time";
import type { ApprovalRequest } from "../request";

/** The index of a person's accounts. Accounts build on requests, so their rows are read here by what they hold. */
const byPerson = { name: "by-person", partitionKey: "personId" };

/** Returns a function that finds out whether a guest has access to a gate now. @param name the deployed name of the table of accounts */
export function guestAccess(client: AwsClient, name: string) {
  const table = { client, name, key: tables.accounts.key };
  return async ({ personId, gate }: Pick<ApprovalRequest, "personId" | "gate">, now: Date): Promise<boolean> => {
    const search = { index: byPerson.name, where: under(byPerson, personId), filter: equal(toItem({ state: "in" })) };
    for await (const page of readPages(table, search)) {
      if (page.map(toRow).some((row) => row.gate === gate && (typeof row.until !== "string" || !isPast(row.until, now)))) return true;
    }
    return false;
  };
}

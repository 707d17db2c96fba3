import type { AuditRow } from "../../engine/audit/entry";
import { erasable } from "../../engine/audit/entry";
import type { AwsClient } from "../aws/client";
import { equal } from "./expressions";
import { toItem } from "./item";
import { updateItem } from "./table";
import { tables } from "./tables";

/** When an entry's details were erased. */
const ERASED = "erased";

/** All that an erasure may name of an entry: a permission can hold it to just that. */
export const erasureAttributes: readonly string[] = [...tables.audit.key, ...erasable, ERASED];

/** Removes what an entry says of its rows, and leaves what proves that it was there. The one write over an entry that there is. */
export async function eraseDetails(client: AwsClient, name: string, { trail, number }: AuditRow, now: Date): Promise<void> {
  const table = { client, name, key: tables.audit.key };
  await updateItem(
    table,
    toItem({ trail, number }),
    { set: toItem({ [ERASED]: now.toISOString() }), remove: erasable },
    // It is there: by its key, as every attribute that is named could be written too.
    equal(toItem({ trail, number })),
  );
}

import type { AuditRow } from "../../engine/audit/entry";
import { erasable } from "../../engine/audit/entry";
import type { AwsClient } from "../aws/client";
import { equal } from "./expressions";
import { toItem } from "./item";
import { updateItem } from "./table";
import { tables } from "./tables";

/** Removes what an entry says of its rows, and leaves what proves that it was there. The one write over an entry that there is. */
export async function eraseDetails(client: AwsClient, name: string, { trail, number, hash }: AuditRow, now: Date): Promise<void> {
  const table = { client, name, key: tables.audit.key };
  await updateItem(
    table,
    toItem({ trail, number }),
    { set: toItem({ erased: now.toISOString() }), remove: erasable },
    equal(toItem({ hash })),
  );
}

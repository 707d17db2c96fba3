import type { AwsClient } from "../../../adapters/aws/client";
import type { KeptChanges } from "../../audit/row-proof";
import { listRowAudited } from "./access-list";
import { changeSetStore } from "./change-sets";

/** The recorded rows of change sets, a part at a time. @param listChanges the table's deployed name */
export async function* keptChanges(client: AwsClient, listChanges: string): AsyncGenerator<KeptChanges> {
  const store = changeSetStore(client, listChanges);
  let before: string | undefined;
  do {
    const { sets, next } = await store.page(before);
    for (const { id, state, partial, erased, kept = [] } of sets) {
      const isWhole = state === "done" && !partial && !erased;
      for await (const { writes } of store.parts(id))
        yield {
          set: id,
          isWhole,
          left: kept,
          changes: writes.map(({ entry, before: was, after }) => listRowAudited({ entry, before: was, after })),
        };
    }
    before = next;
  } while (before !== undefined);
}

import type { AwsClient } from "../../adapters/aws/client";
import { makeMember, type WorldMember } from "../../adapters/operator/world";
import { buildReadCondition } from "../../adapters/tables/conditions";
import { toItem, toRow } from "../../adapters/tables/item";
import { readPages } from "../../adapters/tables/search";
import { absent, batchGet, type DynamoTable, equal, putting, type TableWrite } from "../../adapters/tables/table";
import { tables } from "../../adapters/tables/tables";
import type { Row } from "../../engine/sign-up/rule";
import type { PostureRow } from "./change";
import { POSTURE, postureKey } from "./posture";

/** The gates' rows. */
export const postures: WorldMember<Pick<PostureStore, "of" | "replacing">> = {
  needs: [{ table: "decisions", actions: "BatchGetItem PutItem", under: [POSTURE] }],
  make: ({ tables, nameOf }) => postureStore(tables, nameOf("decisions")),
};

/** The gates' rows, for acts that only read them. */
export const readPostures: WorldMember<Pick<PostureStore, "of">> = {
  needs: [{ table: "decisions", actions: "BatchGetItem", under: [POSTURE] }],
  make: (place) => makeMember(postures, place),
};

export interface PostureStore {
  /** Strongly consistent. A gate that was never set has no row. */
  of(gates: readonly string[]): Promise<ReadonlyMap<string, Row>>;
  /** Strongly consistent. Also has rows whose gate does not exist. */
  all(): Promise<ReadonlyMap<string, Row>>;
  /** The write fails if somebody else has changed the row meanwhile. */
  replacing(before: Row | undefined, after: PostureRow): TableWrite;
}

export function postureStore(client: AwsClient, name: string): PostureStore {
  const table: DynamoTable = { client, name, key: tables.decisions.key };
  return {
    async of(gates) {
      const keys = gates.map((gate) => ({ tableName: name, key: toItem(postureKey(gate).key) }));
      const foundItems = await batchGet(client, keys);
      return new Map(foundItems.map(([, item]) => [String(item.id?.S), toRow(item)]));
    },
    async all() {
      const rows = new Map<string, Row>();
      for await (const page of readPages(table, { where: equal(toItem({ reference: POSTURE })) }))
        for (const item of page) rows.set(String(item.id?.S), toRow(item));
      return rows;
    },
    replacing: (before, after) =>
      putting(table, toItem(after), before === undefined ? absent("reference") : buildReadCondition(toItem(before))),
  };
}

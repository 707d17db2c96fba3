import { awsClient, dynamodb, secretsManager } from "../../adapters/aws/client";
import { personHash } from "../../adapters/aws/person-key";
import { toRow } from "../../adapters/tables/item";
import { type Rows, rows } from "../../adapters/tables/rows";
import { getPage } from "../../adapters/tables/search";
import { tables as shapes } from "../../adapters/tables/tables";
import type { PersonHashes } from "../../engine/sign-up/person";
import { recordId } from "../../engine/sign-up/records";
import type { Row } from "../../engine/sign-up/rule";
import type { ApprovalRequest } from "../../features/approvals/request";
import { approvalStore } from "../../features/approvals/store/approvals";
import { appRoot } from "../../lib/app-root";
import { knownAttributesIn } from "../../lib/attributes-file";
import { createCredentials } from "../aws/access-key";
import { type CaseTables, caseTables } from "../cases/rows";
import type { LivePlace } from "../run/start-pages";

/** Maximum number of rows that `cardRows` reads of each list, because a list may have a million. */
const MOST_ROWS = 200;

/** The rows from which cards are made: the first rows of both lists, and the newest approved requests. */
export interface CardRows {
  readonly accessList: readonly Row[];
  readonly referenceData: readonly Row[];
  readonly approvals: readonly ApprovalRequest[];
}

export interface LiveTables {
  readonly read: Rows["read"];
  hashes(): Promise<PersonHashes>;
  /** Short names of attributes that hold lists of strings; undefined if the tenant's attributes are unknown. */
  readonly listAttributes?: readonly string[] | undefined;
}

export interface CardTables extends LiveTables {
  cardRows(): Promise<CardRows>;
}

export function liveTables({ dynamodbEndpoint, secretsEndpoint, aws, tables, personKeySecret }: LivePlace): CardTables {
  const { region } = aws;
  const credentials = createCredentials(aws);
  const client = awsClient(dynamodb, { region, credentials, endpoint: dynamodbEndpoint });
  return {
    read: rows(client, (table) => tables[table]).read,
    cardRows: async () => {
      const some = async (table: "accessList" | "referenceData") => {
        const { items } = await getPage({ client, name: tables[table], key: shapes[table].key }, { limit: MOST_ROWS });
        return items.map(toRow);
      };
      const approvedRows = approvalStore(client, tables.approvals).byState("approved", "newest-first");
      const [accessList, referenceData, first] = await Promise.all([
        some("accessList"),
        some("referenceData"),
        approvedRows[Symbol.asyncIterator]().next(),
      ]);
      return { accessList, referenceData, approvals: first.done === true ? [] : first.value };
    },
    listAttributes: knownAttributesIn(appRoot)?.listAttributes,
    hashes: personHash(awsClient(secretsManager, { region, credentials, endpoint: secretsEndpoint }), personKeySecret),
  };
}

/** Rows as a sign-up found them, by `recordId`; null for a missing one. */
export type SeenRows = ReadonlyMap<string, Row | null>;

/**
 * Returns tables with the rows that the sign-up found. A row for which the sign-up did not ask is read from the instance. Writes stay in
 * memory.
 */
export function replayTables(seenRows: SeenRows, read: Rows["read"]): CaseTables & Required<Pick<CaseTables, "found">> {
  const knownIds = new Set(seenRows.keys());
  const storedRows = new Map([...seenRows].flatMap(([id, row]) => (row === null ? [] : [[id, row] as const])));
  const readRows = new Map(storedRows);
  const tables = caseTables(storedRows);
  return {
    ...tables,
    found: () => readRows,
    async read(keys, signal, optional = []) {
      const more = [...keys, ...optional].filter((key) => !knownIds.has(recordId(key)));
      for (const key of more) knownIds.add(recordId(key));
      for (const [id, row] of more.length === 0 ? [] : await read(more)) {
        storedRows.set(id, row);
        readRows.set(id, row);
      }
      return await tables.read(keys, signal, optional);
    },
  };
}

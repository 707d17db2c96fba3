import type { AwsClient } from "../../../adapters/aws/client";
import { itemOf, storedRow, writeRows } from "../../../adapters/tables/list-writer";
import { listChange } from "../../../engine/access-list/files/changes";

const beside = {
  ticket: { N: "12345678901234567890123456789012345678" },
  owners: { SS: ["kim", "lee"] },
  more: { M: { a: { L: [{ BOOL: true }] } } },
};

it("keeps columns that it does not know exactly as they are stored", () => {
  const stored = storedRow({ entry: { S: "a.example" }, effect: { S: "allow" }, problem: { S: "x" }, expiresAt: { N: "1" }, ...beside });
  const change = listChange(stored, { entry: "a.example", effect: "deny" });
  expect(change?.writes.map(itemOf)).toEqual([{ entry: { S: "a.example" }, effect: { S: "deny" }, ...beside }]);
});

it("puts and deletes in one batch, without conditions", async () => {
  const calls: unknown[] = [];
  const client: AwsClient = {
    async call<T>(operation: string, input: object): Promise<T> {
      calls.push([operation, input]);
      return {} as T;
    },
    warm: () => undefined,
  };
  await writeRows(client, "list", [
    { phase: "allows in", entry: "a.example", row: { cells: { entry: "a.example", effect: "allow" }, kept: beside } },
    { phase: "allows in", entry: "b.example" },
  ]);
  const Item = { entry: { S: "a.example" }, effect: { S: "allow" }, ...beside };
  expect(calls).toEqual([
    ["BatchWriteItem", { RequestItems: { list: [{ PutRequest: { Item } }, { DeleteRequest: { Key: { entry: { S: "b.example" } } } }] } }],
  ]);
});

import { toItem } from "../../../adapters/tables/item";
import { putItem } from "../../../adapters/tables/table";
import { tables } from "../../../adapters/tables/tables";
import { gatehouse, jsonLines, startInstance, type TestInstance } from "../../cli/support";

/** A trail as earlier versions stored it: entries of several rows hold a digest of each. */
const stored = [
  {
    trail: "entries",
    number: "000000000001",
    at: "2026-06-15T12:00:00.000Z",
    day: "2026-06-15",
    by: "oid-1",
    name: "Kim",
    via: "command",
    action: "access-list.imported",
    outcome: "done",
    set: "2026-06-15T12:00:00.000Z-1f2e3d4c",
    count: 2,
    digest: "c7166656fc9e92fe231ac4b44f469b0eab18038f31ec7c8309d843f90cefab59",
    previous: "",
    hash: "8a65d44de947de8de5c97aad9ffa244820c75ea976412931b4769e54a3786f11",
    details:
      '{"marks":["RhhqUGmsjtn00kdf9XDCtx","bmBaMQBX-WQB1m227KBZfs"],"salt":"c2FsdC1vZi10ZXN0cw","subject":"2026-06-15T12:00:00.000Z-1f2e3d4c"}',
    subject: "2026-06-15T12:00:00.000Z-1f2e3d4c",
  },
  {
    trail: "entries",
    number: "000000000002",
    at: "2026-06-15T12:00:00.000Z",
    day: "2026-06-15",
    by: "arn:aws:iam::111111111111:user/kim",
    via: "command",
    action: "profiles.imported",
    outcome: "begun",
    count: 1,
    digest: "2282f60cc5e89fdec1e7bb05f5fd689cee907a1671c01f6df7d7b7399a965a12",
    previous: "8a65d44de947de8de5c97aad9ffa244820c75ea976412931b4769e54a3786f11",
    hash: "2012a274fa2a7121302665ffd615124245548b66e49fa9029250341b58143b49",
    details: '{"marks":["dG42cV6OE4LbILj_2Jt4wW"],"salt":"c2FsdC1vZi10ZXN0cw","subject":"profiles.csv"}',
    subject: "profiles.csv",
  },
  {
    trail: "entries",
    number: "000000000003",
    at: "2026-06-15T12:00:00.000Z",
    day: "2026-06-15",
    by: "arn:aws:iam::111111111111:user/kim",
    via: "command",
    action: "profiles.imported",
    outcome: "done",
    of: "000000000002",
    previous: "2012a274fa2a7121302665ffd615124245548b66e49fa9029250341b58143b49",
    hash: "26c4eeb96864bcfcdb0aa809c383cc23eeb55c1f595467a417de72b470107cad",
  },
  {
    trail: "entries",
    number: "000000000004",
    at: "2026-06-15T12:00:00.000Z",
    day: "2026-06-15",
    by: "outside",
    via: "outside",
    action: "access-list.changed",
    outcome: "done",
    event: "e-1",
    count: 2,
    digest: "b1b0bfc00c94e2c5057b00566d46c24945a0d51d4f4b4c77214924e9b162dc37",
    previous: "26c4eeb96864bcfcdb0aa809c383cc23eeb55c1f595467a417de72b470107cad",
    hash: "7b9f4e99b372d9118969081e8e5d40830678ea1295909fffda9a11b4f45213ab",
    details: '{"after":{"rows":["a.example","b.example"]},"marks":["e-1","e-2"],"salt":"c2FsdC1vZi10ZXN0cw"}',
  },
] as const;

let around: TestInstance;
beforeAll(async () => {
  around = await startInstance([], "policy", { audit: true });
  const table = { client: around.dynamodb.client, name: "audit-test", key: tables.audit.key };
  for (const row of stored) await putItem(table, toItem(row));
});
afterAll(() => around.close());

const run = (...args: readonly string[]) => gatehouse("audit", ...args, ...around.local);

it("entries with digests of rows stay readable, and their chain stays valid", async () => {
  const { number, hash, at } = stored[3];
  expect(jsonLines(await run("verify", "--json"))).toEqual([{ sound: true, entries: 4, erased: 0, last: { number, hash, at } }]);
  const shown = [
    { number: "000000000004", via: "outside", count: 2, after: { rows: ["a.example", "b.example"] } },
    { number: "000000000002", outcome: "done", count: 1, subject: "profiles.csv" },
    { number: "000000000001", outcome: "done", count: 2, name: "Kim" },
  ];
  expect(jsonLines(await run("list", "--json"))).toMatchObject(shown);
});

it("an altered digest is still detected", async () => {
  const table = { client: around.dynamodb.client, name: "audit-test", key: tables.audit.key };
  const [first] = stored;
  await putItem(table, toItem({ ...first, details: first.details.replace('"marks":["', '"marks":["x') }));
  expect(await run("verify")).toMatchObject({
    exitCode: 2,
    stdout: expect.stringContaining("Entry 1 has other details than were written"),
  });
  await putItem(table, toItem(first));
});

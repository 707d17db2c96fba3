import { arrive } from "../../../features/accounts/change";
import { accountStore } from "../../../features/accounts/store/accounts";
import { gatehouse, startInstance, type TestInstance } from "../../cli/support";
import { newcomer } from "../accounts/accounts";

let instance: TestInstance;
beforeAll(async () => {
  instance = await startInstance([], "samples/policies/expiry", { audit: true, accounts: true });
});
afterAll(() => instance.close());
afterEach(() => instance.clear());

const ID = "00000000-0000-4000-8000-00000000000a";
const accounts = () => accountStore(instance.dynamodb.client, "accounts");
const until = new Date(Date.now() + 10 * 86_400_000).toISOString();

it.each([{ args: ["extend", ID, "--days", "90"] }, { args: ["extend", ID, "--no-end"] }, { args: ["renew", ID, "--days", "90"] }])(
  "expiry $args names the entry and asks before it extends access of a person whom the list denies",
  async ({ args }) => {
    const row = { ...newcomer, id: ID, email: "kim@partner.com", until };
    await accounts().change(ID, () => arrive(undefined, row, new Date()));
    const expiry = (...more: string[]) => gatehouse("expiry", ...args, ...more, ...instance.local);
    await instance.putRow({ entry: "partner.com", effect: "deny" });
    const before = await accounts().get(ID);
    const asked = await expiry();
    expect(asked).toMatchObject({ exitCode: 1, stdout: "" });
    expect(asked.stderr).toContain("kim@partner.com: the access list denies them, by the entry partner.com.");
    expect(asked.stderr).toContain("A deny ends nobody's access");
    expect(await accounts().get(ID)).toEqual(before);
    expect(await expiry("--yes")).toMatchObject({ exitCode: 0 });
    expect((await accounts().get(ID))?.turn).toBe((before?.turn ?? 0) + 1);
    await instance.clear();
    await instance.dynamodb.client.call("DeleteItem", { TableName: "accounts", Key: { id: { S: ID } } });
    await accounts().change(ID, () => arrive(undefined, row, new Date()));
    await instance.putRow({ entry: "*", effect: "deny" });
    await instance.putRow({ entry: "kim@partner.com", effect: "allow" });
    // Nobody is known to vouch for the address, so an allow of it does not count.
    expect((await expiry()).stderr).toContain("by the entry *.");
    expect((await gatehouse("expiry", "end", ID, "--yes", ...instance.local)).stderr).not.toContain("denies");
    await instance.dynamodb.client.call("DeleteItem", { TableName: "accounts", Key: { id: { S: ID } } });
  },
);

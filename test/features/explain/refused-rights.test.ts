import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import { makeMember } from "../../../adapters/operator/world";
import { deploymentFor } from "../../../cli/deployment";
import { operatorPlace } from "../../../cli/view";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import { listsOfGates } from "../../../features/access-list/asked-lists";
import { accessList } from "../../../features/access-list/rule";
import { hooks } from "../../../features/explain/verbs/hooks";
import { readPerson } from "../../../features/explain/verbs/read-person";
import { denialsNow } from "../../../features/explain/world";
import { oneAccount } from "../../../features/one-account/rule";
import { startInstance, type TestInstance } from "../../cli/support";
import { record } from "../../console/support";

const EMAIL = "kim@rights.example";

let instance: TestInstance;
beforeAll(async () => {
  instance = await startInstance([], "policy", { accounts: true });
  await instance.decisions.keep(record({ id: EMAIL, email: EMAIL, issuers: ["mail"], at: new Date().toISOString() } as never), 90);
});
afterAll(() => instance.close());

/** A client of a role that may not query this table. */
function refusing(client: AwsClient, table: string, name = "AccessDeniedException", refused = "Query"): AwsClient {
  return {
    call: async (operation, input, signal) => {
      const tables = Object.keys((input as { RequestItems?: object }).RequestItems ?? {});
      const isMeant = [...tables, (input as { TableName?: string }).TableName].some((each) => each?.startsWith(table));
      if (operation !== refused || !isMeant) return await client.call(operation, input, signal);
      const message = `User: arn:aws:sts::111111111111:assumed-role/Desk/kim is not authorized to perform: dynamodb:${refused} on resource: x`;
      throw new AwsError(name, message, 400, {});
    },
    warm: () => client.warm(),
  };
}

async function readAs(table: string, name?: string, refused?: string) {
  const warnings: string[] = [];
  const deployment = await deploymentFor({ local: true, data: instance.data } as never);
  const role = { ...deployment, dynamodb: refusing(deployment.dynamodb, table, name, refused) };
  const output = { warn: (line: string) => warnings.push(line) };
  return { role, warnings, output };
}

it.each([
  { table: "decisions", left: "decisions", recent: 0 },
  { table: "approvals", left: "requests", recent: 1 },
  { table: "accounts", left: "account", recent: 1 },
  { table: "list-changes", left: "incidents", recent: 1 },
])(
  "what is known of a person leaves out $left if the role may not read it, and warns of the missing right once",
  async ({ table, left, recent }) => {
    const { role, warnings, output } = await readAs(table);
    const parts = ["decisions", "requests", "account", "incidents"] as const;
    const { records } = await readPerson(EMAIL, role, { output, now: new Date(), parts });
    expect(records.recent).toHaveLength(recent);
    expect(warnings).toEqual([`AWS refuses to read what is known of the person, so the answer leaves it out: ${left} (dynamodb:Query).`]);
  },
);

it("any other error ends the command", async () => {
  const { role, output } = await readAs("decisions", "ResourceNotFoundException");
  await expect(readPerson(EMAIL, role, { output, now: new Date(), parts: ["decisions"] })).rejects.toThrow("not authorized");
});

it("`list check` finds the ways of signing in without the key of hashes", async () => {
  const { role, warnings, output } = await readAs("none");
  const hashes = async () => {
    throw new AwsError("AccessDeniedException", "kim is not authorized to perform: secretsmanager:GetSecretValue on resource: x", 400, {});
  };
  const personNow = await hooks.readPersonNow(EMAIL, { ...role, hashes }, output);
  expect(await personNow?.findWays(undefined, [])).toMatchObject([{ email: EMAIL, identities: [{ issuer: "mail" }] }]);
  expect(warnings).toEqual([
    "AWS refuses to read what is known of the person, so the answer leaves it out: requests (secretsmanager:GetSecretValue).",
  ]);
});

it.each(["profiles", "reference", "ledger", "approvals"])(
  "`list check` finds the ways of signing in with the role of an older deployment, which may not read the rows of rules: %s",
  async (table) => {
    const { role, warnings, output } = await readAs(table, undefined, "BatchGetItem");
    const policy = beforeCreateUser([accessList(), oneAccount()] as never, { trust: ["mail"] } as never);
    const personNow = await hooks.readPersonNow("new@rights.example", role, output);
    expect(await personNow?.findWays(undefined, [policy])).toMatchObject([{ identities: [{ issuer: "mail" }] }]);
    expect(warnings).toEqual([]);
  },
);

it.each([
  { table: "decisions", left: "decisions" },
  { table: "approvals", left: "requests" },
])("`invite` and `expiry renew` judge people by the policy's trust if the role may not read $left", async ({ table, left }) => {
  await instance.putRow({ entry: "issuer:google.com", effect: "deny" });
  const { role, warnings, output } = await readAs(table);
  const policy = beforeCreateUser([accessList()] as never, { trust: ["google.com"] } as never);
  const askedLists = JSON.stringify(listsOfGates(["default"], () => [policy]));
  const denials = makeMember(denialsNow, operatorPlace({ ...role, askedLists }, output));
  const people = ["one@rights.example", "two@rights.example"].map((email) => ({ email, signsUp: true }));
  expect([...(await denials.findDenials(people, new Date())).values()]).toEqual(
    people.map(() => ({ entry: "issuer:google.com", issuers: ["google.com"], isPartial: false })),
  );
  expect(warnings).toEqual([`AWS refuses to read what is known of the person, so the answer leaves it out: ${left} (dynamodb:Query).`]);
});

import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import { deploymentFor } from "../../../cli/deployment";
import { hooks } from "../../../features/explain/verbs/hooks";
import { readPerson } from "../../../features/explain/verbs/read-person";
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
function refusing(client: AwsClient, table: string, name = "AccessDeniedException"): AwsClient {
  return {
    call: async (operation, input, signal) => {
      if (operation !== "Query" || !(input as { TableName: string }).TableName.startsWith(table))
        return await client.call(operation, input, signal);
      const message = `User: arn:aws:sts::111111111111:assumed-role/Desk/kim is not authorized to perform: dynamodb:Query on resource: x`;
      throw new AwsError(name, message, 400, {});
    },
    warm: () => client.warm(),
  };
}

async function readAs(table: string, name?: string) {
  const warnings: string[] = [];
  const deployment = await deploymentFor({ local: true, data: instance.data } as never);
  const role = { ...deployment, dynamodb: refusing(deployment.dynamodb, table, name) };
  const output = { warn: (line: string) => warnings.push(line) };
  return { role, warnings, output };
}

it.each([
  { table: "decisions", left: "decisions", recent: 0 },
  { table: "approvals", left: "requests", recent: 1 },
  { table: "accounts", left: "account", recent: 1 },
])(
  "what is known of a person leaves out $left if the role may not read it, and warns of the missing right once",
  async ({ table, left, recent }) => {
    const { role, warnings, output } = await readAs(table);
    const { records } = await readPerson(EMAIL, role, { output, now: new Date(), parts: ["decisions", "requests", "account"] });
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

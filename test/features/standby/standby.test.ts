import { gatehouse, jsonLines } from "../../cli/support";
import { type PlayedAws, playAws } from "./aws";

const stream = (table: string) => `arn:aws:dynamodb:eu-central-1:111111111111:table/${table}/stream/2026-11-20T22:00:00.000`;
const secret = (name: string, region: string) => `arn:aws:secretsmanager:${region}:111111111111:secret:${name}-a1B2c3`;
const copies = () => ({
  list: { LatestStreamArn: stream("list") },
  decisions: { LatestStreamArn: stream("decisions") },
  ledger: {},
  [secret("Credentials", "eu-central-1")]: {},
});

const aws: PlayedAws = {
  created: "2026-01-01T00:00:00.000Z",
  outputs: { AccessListTable: "list", DecisionsTable: "decisions", LedgerTable: "ledger" },
  resources: {
    [secret("Credentials", "eu-west-1")]: { Type: "AWS::SecretsManager::Secret", Metadata: { "gatehouse:place": "Credentials/Secret" } },
    OfTheApp: { Type: "AWS::SecretsManager::Secret" },
  },
  tables: copies(),
};

playAws(aws);
beforeEach(() => {
  Object.assign(aws.tables, copies());
});

const standby = (...args: string[]) => gatehouse("backup", "standby", "--region", "eu-west-1", ...args);

it("standby prints settings for settings.ts, with the copies of tables and secrets in the second region", async () => {
  const ran = await standby("--to", "eu-central-1", "--json");
  expect(ran.stderr).toBe("");
  expect(jsonLines(ran)).toEqual([
    {
      standby: true,
      env: { region: "eu-central-1" },
      tables: { accessList: stream("list"), decisions: stream("decisions"), ledger: "ledger" },
      secrets: { "Credentials/Secret": secret("Credentials", "eu-central-1") },
    },
  ]);
  const { stdout } = await standby("--to", "eu-central-1");
  expect(JSON.parse(stdout)).toMatchObject({ standby: true });
});

it.each([
  {
    given: "the same region",
    args: ["--to", "eu-west-1"],
    says: "--to eu-west-1 is the region of the stack Gatehouse itself: name the other one.",
  },
  { given: "no stack", args: ["--to", "eu-central-1", "--stack", "Nowhere"], says: "There is no stack Nowhere" },
  { given: "npm start", args: ["--to", "eu-central-1", "--local"], says: "npm start has no second region" },
  { given: "no second region", args: [], says: "required option '--to <region>' not specified" },
])("standby explains the problem with $given", async ({ args, says }) => {
  const { exitCode, stdout, stderr } = await standby(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(says);
});

it.each([
  {
    missing: "decisions",
    says: 'The table decisions (decisions) has no copy in eu-central-1: write replicas: ["eu-central-1"] in settings.ts',
  },
  { missing: secret("Credentials", "eu-central-1"), says: "The secret Credentials/Secret has no copy in eu-central-1" },
])("standby reports that $missing does not exist", async ({ missing, says }) => {
  delete aws.tables[missing];
  const { exitCode, stdout, stderr } = await standby("--to", "eu-central-1");
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toContain(says);
});

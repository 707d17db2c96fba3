import type { Template } from "aws-cdk-lib/assertions";
import { type AnyTableName, tables } from "../../adapters/tables/tables";
import { tableConstructs } from "../../scripts/permissions/policy-document";
import { type SynthOptions, synthesize } from "../support/synth";

interface Resource {
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: Record<string, unknown>;
}

const names = Object.keys(tableConstructs) as AnyTableName[];
const made = (template: Template) => Object.entries(template.findResources("AWS::DynamoDB::GlobalTable")) as [string, Resource][];
const tableOf = (template: Template, name: AnyTableName) =>
  made(template).find(([id]) => id.startsWith(tableConstructs[name]))?.[1] as Resource;
const everything: SynthOptions = {
  folder: "samples/policies/approval",
  console: { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" },
};

describe("the tables of a stack", () => {
  const { template } = synthesize(everything);

  it("are all covered by these tests", () => expect(made(template)).toHaveLength(names.length));

  it.each(names)("%s: outlives the stack, and is removed if its first deployment fails", (name) => {
    expect(tableOf(template, name)).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
    // CloudFormation cannot take back what is protected.
    expect(tableOf(template, name).Properties.Replicas).toEqual([
      expect.objectContaining({
        Region: { Ref: "AWS::Region" },
        DeletionProtectionEnabled: false,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    ]);
    expect(tableOf(template, name).Properties.BillingMode).toBe("PAY_PER_REQUEST");
  });

  it.each<[AnyTableName, readonly string[]]>([
    ["accessList", ["entry"]],
    ["decisions", ["reference", "id"]],
    ["profiles", ["person"]],
    ["referenceData", ["list", "value"]],
    ["ledger", ["id"]],
    ["approvals", ["id"]],
    ["listChanges", ["set", "part"]],
    ["audit", ["trail", "number"]],
  ])("%s: has the key %j", (name, key) => {
    const schema = key.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? "HASH" : "RANGE" }));
    expect(tableOf(template, name).Properties.KeySchema).toEqual(schema);
  });

  it("expire rows only in decisions, ledger, accounts and listChanges; all have a stream", () => {
    const having = (property: string) => names.filter((name) => property in tableOf(template, name).Properties);
    expect(having("TimeToLiveSpecification")).toEqual(["decisions", "ledger", "accounts", "listChanges"]);
    expect(tableOf(template, "ledger").Properties.TimeToLiveSpecification).toEqual({ AttributeName: "expires", Enabled: true });
    expect(having("StreamSpecification")).toEqual(names);
    expect(tableOf(template, "approvals").Properties.StreamSpecification).toEqual({ StreamViewType: "NEW_AND_OLD_IMAGES" });
  });

  it("have no fixed name", () => {
    for (const [, { Properties }] of made(template)) expect(Properties).not.toHaveProperty("TableName");
  });
});

it("secrets filled in by operators, and the key of people's hashes, outlive the stack", () => {
  const { template } = synthesize(everything);
  const secrets = Object.entries(template.findResources("AWS::SecretsManager::Secret")) as [string, Resource][];
  const kept = secrets.filter(([, { DeletionPolicy }]) => DeletionPolicy !== "Delete");
  expect(kept.map(([id]) => id.replace(/[0-9A-F]{8}$/, "")).sort()).toEqual([
    "ApprovalMailSettings",
    "ApprovalSettings",
    "ConsoleClientSecret",
    "DecisionsPersonKey",
  ]);
  for (const [, secret] of kept) expect(secret).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
});

it("deletionProtection protects every table in each of its regions", () => {
  const { template } = synthesize({ deletionProtection: true, replicas: ["eu-central-1"], env: { region: "eu-west-1" } });
  for (const [, { Properties }] of made(template)) {
    const replicas = Properties.Replicas as { DeletionProtectionEnabled: boolean }[];
    expect(replicas.map(({ DeletionProtectionEnabled }) => DeletionProtectionEnabled)).toEqual([true, true]);
  }
});

describe("replicas of tables", () => {
  it("copy every table to the region, with recovery and stream", () => {
    const { template } = synthesize({ ...everything, replicas: ["eu-central-1"], env: { region: "eu-west-1" } });
    for (const name of names) {
      const { Properties } = tableOf(template, name);
      expect(Properties.Replicas).toEqual(
        ["eu-central-1", "eu-west-1"].map((Region) =>
          expect.objectContaining({ Region, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
        ),
      );
      expect(Properties.StreamSpecification).toEqual({ StreamViewType: "NEW_AND_OLD_IMAGES" });
    }
  });

  it.each([
    {
      given: "the stack's own",
      replicas: ["eu-west-1"],
      says: "replicas has eu-west-1, where the stack itself is: write another region, or none.",
    },
    {
      given: "no region",
      replicas: ["Frankfurt"],
      says: 'replicas[0] is "Frankfurt"; it must be a region, such as "eu-central-1".',
    },
    { given: "twice the same", replicas: ["eu-central-1", "eu-central-1"], says: "replicas has eu-central-1 twice." },
  ])("refuse $given", ({ replicas, says }) => {
    expect(() => synthesize({ replicas, env: { region: "eu-west-1" } })).toThrow(says);
  });

  it("are refused if the stack's own region is not set", () => {
    expect(() => synthesize({ replicas: ["eu-central-1"] })).toThrow('write env: { region: "eu-west-1" } beside it');
  });
});

describe("tables that only some policies need", () => {
  it.each<{ for: string; given: Parameters<typeof synthesize>[0]; made: readonly string[] }>([
    { for: "the shipped policy", given: {}, made: [] },
    { for: "a rule that reads permitted values", given: { folder: "samples/policies/partner-codes" }, made: ["referenceData"] },
    { for: "a rule that asks for approval", given: { folder: "samples/policies/approval" }, made: ["accounts", "approvals"] },
    { for: "the console", given: { console: everything.console }, made: ["accounts", "approvals", "profiles", "referenceData"] },
    { for: "an app that asks for one", given: { add: ({ tables }) => tables.profiles }, made: ["profiles"] },
  ])("exist for $for, and are retained, named in outputs and read by the audit trail", ({ given, made: expected }) => {
    const { template } = synthesize(given);
    const optional = ["accounts", "approvals", "profiles", "referenceData"] as const;
    const all = template.findResources("AWS::DynamoDB::GlobalTable") as Record<string, { DeletionPolicy: string }>;
    const there = optional.filter((name) => Object.keys(all).some((id) => id.startsWith(name[0]?.toUpperCase() + name.slice(1))));
    expect(there).toEqual(expected);
    expect(optional.filter((name) => Object.keys(template.findOutputs(tables[name].output)).length > 0)).toEqual(expected);
    expect(new Set(Object.values(all).map(({ DeletionPolicy }) => DeletionPolicy))).toEqual(new Set(["RetainExceptOnCreate"]));
    const read = JSON.stringify(
      Object.entries(template.findResources("AWS::Lambda::EventSourceMapping")).filter(([id]) => id.startsWith("TrailReader")),
    );
    expect(["Profiles", "ReferenceData"].filter((id) => read.includes(`"${id}`))).toEqual(
      ["profiles", "referenceData"].filter((name) => expected.includes(name)).map((name) => name[0]?.toUpperCase() + name.slice(1)),
    );
  });
});

describe("tables passed in by the app", () => {
  const stream = "arn:aws:dynamodb:eu-west-1:111111111111:table/decisions-restored/stream/2026-11-20T22:00:00.000";
  const { template } = synthesize({ tables: { profiles: "profiles-restored", decisions: stream } });

  it("are not created again", () => {
    expect(tableOf(template, "profiles")).toBeUndefined();
    expect(tableOf(template, "decisions")).toBeUndefined();
    expect(made(template)).toHaveLength(4);
  });

  it("are passed to functions and commands", () => {
    template.hasOutput("ProfilesTable", { Value: "profiles-restored" });
    template.hasOutput("DecisionsTable", { Value: "decisions-restored" });
    const told = Object.values(template.findResources("AWS::Lambda::Function")).map(
      ({ Properties }) => Properties.Environment?.Variables?.DECISIONS_TABLE as unknown,
    );
    expect(new Set(told.filter((name) => name !== undefined))).toEqual(new Set(["decisions-restored"]));
  });

  it("may be read and written like created ones", () => {
    const resources = Object.values(template.findResources("AWS::IAM::Policy")).map(({ Properties }) => JSON.stringify(Properties));
    expect(resources.filter((each) => each.includes(":table/decisions-restored"))).not.toEqual([]);
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", { EventSourceArn: stream, BatchSize: 100 });
  });

  it.each<{ given: string; tables: Record<string, unknown>; says: string }>([
    { given: "one that there is not", tables: { people: "p" }, says: "tables.people is unknown: there are accessList, decisions," },
    {
      given: "what is no name",
      tables: { profiles: "a b" },
      says: 'tables.profiles is "a b", which is neither a table\'s name nor the ARN of a stream.',
    },
    { given: "what is no text", tables: { profiles: 7 }, says: "tables.profiles is 7; it must be a text that is not empty, or a table." },
    {
      given: "a name where the stream is needed",
      tables: { accessList: "list-restored" },
      says: "aws dynamodb update-table --table-name list-restored --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES",
    },
    {
      given: "one of another region",
      tables: { decisions: stream },
      says: "tables.decisions is in the region eu-west-1, but the stack is in eu-north-1",
    },
  ])("refuse $given", ({ tables, says }) => {
    expect(() => synthesize({ tables, env: { region: "eu-north-1" } } as SynthOptions)).toThrow(says);
  });
});

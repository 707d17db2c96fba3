import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { packageRoot } from "../../../lib/app-root";
import { matchesEvent, parseEventPattern } from "../../../lib/resources/event-pattern";
import { synthesize } from "../../support/synth";

type Statement = { readonly Action: string | readonly string[]; readonly Resource: unknown };
type Resource = { readonly Type: string; readonly Properties: Record<string, unknown>; readonly Metadata?: Record<string, unknown> };

function functionsDescribed(template: Template, description: RegExp): readonly Resource[] {
  const functions = Object.values(template.findResources("AWS::Lambda::Function")) as Resource[];
  return functions.filter(({ Properties }) => description.test(Properties.Description as string));
}

function functionDescribed(template: Template, description: RegExp): Resource {
  const [found] = functionsDescribed(template, description);
  if (found === undefined) throw new Error(`There is no function described as ${description}.`);
  return found;
}

/** What the role of a function may do, but for its log. */
function statementsOf(template: Template, description: RegExp): readonly Statement[] {
  const { Role } = functionDescribed(template, description).Properties as { Role: { "Fn::GetAtt": string[] } };
  const policies = Object.values(template.findResources("AWS::IAM::Policy")) as Resource[];
  return policies
    .filter(({ Properties }) => (Properties.Roles as { Ref: string }[]).some(({ Ref }) => Ref === Role["Fn::GetAtt"][0]))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement)
    .filter(({ Action }) => ![Action].flat().some((action) => action.startsWith("logs:")));
}

const isStream = ({ Action }: Statement) => [Action].flat().some((action) => /Stream|GetRecords|GetShardIterator/.test(action));
const alarmsOf = (template: Template) =>
  (Object.values(template.findResources("AWS::CloudWatch::Alarm")) as Resource[]).map(({ Properties }) =>
    String(Properties.AlarmDescription),
  );

const provisioning = { folder: "samples/policies/approval" };
const continuing = { folder: "samples/policies/approval-continue" };

describe("a stack without requestApproval", () => {
  const { template } = synthesize();

  it("has no table, worker, schedule, secret, alarm or output for approvals", () => {
    expect(Object.keys(template.toJSON().Resources).filter((id) => /approval/i.test(id))).toEqual([]);
    const rules = Object.values(template.findResources("AWS::Events::Rule")) as { Properties: Record<string, string> }[];
    const scheduled = rules.filter(({ Properties }) => "ScheduleExpression" in Properties);
    expect(scheduled.map(({ Properties }) => Properties.Description)).toEqual([
      "Notes the domains of imports, so that look-alikes are found",
      "Checks that the audit trail gets the changes of the tables",
      "Keeps functions that people wait for ready",
    ]);
    template.resourceCountIs("AWS::SecretsManager::Secret", 2);
    expect(Object.keys(template.findOutputs("*")).filter((name) => /approval/i.test(name))).toEqual([]);
    expect(alarmsOf(template).join()).not.toMatch(/provisioning|approval/i);
  });

  it("gives nobody access to a table of requests", () => {
    const policies = JSON.stringify(template.findResources("AWS::IAM::Policy"));
    expect(policies).not.toMatch(/Approvals/);
  });
});

describe("the table of requests", () => {
  it("is kept when the stack is deleted, and is indexed by state, address, person and reference", () => {
    const { template } = synthesize(provisioning);
    template.hasResource("AWS::DynamoDB::GlobalTable", {
      DeletionPolicy: "RetainExceptOnCreate",
      Properties: {
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
        TimeToLiveSpecification: Match.absent(),
        GlobalSecondaryIndexes: [
          Match.objectLike({ IndexName: "by-state" }),
          Match.objectLike({ IndexName: "by-email" }),
          Match.objectLike({ IndexName: "by-person" }),
          Match.objectLike({ IndexName: "by-reference" }),
        ],
      },
    });
  });
});

describe("with requestApproval", () => {
  const { template, warnings } = synthesize(provisioning);
  const table = { "Fn::GetAtt": [expect.stringMatching(/^Approvals/), "Arn"] };
  const rows = { Action: ["dynamodb:BatchGetItem", "dynamodb:PutItem"], Effect: "Allow", Resource: table };
  const made = {
    Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
    Effect: "Allow",
    Resource: { "Fn::GetAtt": [expect.stringMatching(/^Accounts/), "Arn"] },
  };
  const index = { Action: "dynamodb:Query", Effect: "Allow", Resource: { "Fn::Join": ["", [table, "/index/by-state"]] } };
  const settings = {
    Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
    Effect: "Allow",
    Resource: { Ref: expect.stringMatching(/^ApprovalSettings/) },
  };
  const failed = {
    Action: "sqs:SendMessage",
    Effect: "Allow",
    Resource: { "Fn::GetAtt": [expect.stringMatching(/^FailedChanges/), "Arn"] },
  };
  const noting = (...prefixes: readonly string[]) => ({
    Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
    Effect: "Allow",
    Resource: { "Fn::GetAtt": [expect.stringMatching(/^Ledger/), "Arn"] },
    Condition: {
      "ForAllValues:StringLike": { "dynamodb:LeadingKeys": prefixes.map((prefix) => `${prefix}*`) },
      Null: { "dynamodb:LeadingKeys": "false" },
    },
  });
  /** Where a reader of a stream notes the rows that it skips, and that rows wait. */
  const skipped = (reader: string) => noting(`skipped/${reader}`, `work/${reader}`);
  const bus = expect.objectContaining({
    Action: "events:PutEvents",
    Resource: { "Fn::GetAtt": [expect.stringMatching(/^DecisionsBus/), "Arn"] },
  });

  const listeners = { Action: "events:ListRules", Effect: "Allow", Resource: "*" };
  // Entries of the audit trail are added, and the newest is looked for.
  const trail = {
    Action: ["dynamodb:PutItem", "dynamodb:Query"],
    Effect: "Allow",
    Resource: { "Fn::GetAtt": [expect.stringMatching(/^Trail/), "Arn"] },
  };

  // Whether the list denies the person: the rows of entries, and those of partners.
  const denials = [
    { Action: "dynamodb:BatchGetItem", Effect: "Allow", Resource: { "Fn::GetAtt": [expect.stringMatching(/^AccessListTable/), "Arn"] } },
    {
      Action: "dynamodb:BatchGetItem",
      Effect: "Allow",
      Resource: { "Fn::GetAtt": [expect.stringMatching(/^DecisionsTable/), "Arn"] },
      Condition: {
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["partner*"] },
        Null: { "dynamodb:LeadingKeys": "false" },
      },
    },
  ];

  it("causes no warning", () => expect(warnings).toEqual([]));

  it.each([
    {
      worker: "provisioning",
      description: /Makes the accounts/,
      may: [rows, settings, failed, skipped("provisioning"), ...denials, noting("work/accounts"), made],
      reads: true,
    },
    {
      worker: "sweeper",
      description: /Ends overdue requests/,
      may: [rows, index, settings, noting("work/sweeper"), ...denials, noting("work/accounts"), made],
      reads: false,
    },
    {
      worker: "the publisher",
      description: /what happens to requests/,
      may: [bus, listeners, trail, failed, skipped("approval-publisher")],
      reads: true,
    },
  ])("$worker may do what it needs and nothing else", ({ description, may, reads }) => {
    const statements = statementsOf(template, description);
    expect(statements.filter((statement) => !isStream(statement))).toEqual(may);
    expect(statements.some(isStream)).toBe(reads);
  });

  it("the stream gives new approvals to the worker in batches of ten", () => {
    const mappings = Object.values(template.findResources("AWS::Lambda::EventSourceMapping")) as Resource[];
    const [mapping, ...others] = mappings.filter(({ Properties }) => JSON.stringify(Properties.FunctionName).includes("Provisioning"));
    expect(others).toEqual([]);
    expect(mapping?.Properties).toMatchObject({
      BatchSize: 10,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRetryAttempts: 5,
    });
    const criteria = mapping?.Properties.FilterCriteria as { Filters: { Pattern: string }[] } | undefined;
    expect(criteria?.Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
      {
        eventName: ["INSERT", "MODIFY"],
        dynamodb: { NewImage: { state: { S: ["approved"] }, onApproval: { S: ["provision"] }, retryAt: { S: [{ exists: false }] } } },
      },
    ]);
    expect(functionDescribed(template, /Makes the accounts/).Properties.Timeout).toBe(60);
  });

  it("the stream has exactly its two readers", () => {
    const mappings = Object.values(template.findResources("AWS::Lambda::EventSourceMapping")) as Resource[];
    expect(mappings.filter(({ Properties }) => JSON.stringify(Properties.EventSourceArn).includes("Approvals"))).toHaveLength(2);
  });

  it("the sweeper runs every five minutes, and ends before the next run", () => {
    template.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(5 minutes)", State: "ENABLED" });
    expect(functionDescribed(template, /Ends overdue requests/).Properties.Timeout).toBe(240);
  });

  it.each([
    {
      output: "ApprovalsSecret",
      members: ["tenantId", "clientId", "clientSecret", "tenantDomain", "redirectUrl", "invitationMail"],
      readers: [/Makes the accounts/, /Ends overdue requests/],
    },
    { output: "ApprovalMailSecret", members: ["mailFrom", "approvers", "redirectUrl"], readers: [/Sends mail about approvals/] },
  ])("$output outlives the stack, and only its intended readers can read it", ({ output, members, readers }) => {
    const id = (template.findOutputs(output)[output] as { Value: { Ref: string } }).Value.Ref;
    const secret = template.findResources("AWS::SecretsManager::Secret")[id] as Resource & { DeletionPolicy: string };
    expect(secret).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate" });
    expect(Object.keys(JSON.parse(secret.Metadata?.["gatehouse:shape"] as string)).sort()).toEqual([...members].sort());
    const policies = Object.values(template.findResources("AWS::IAM::Policy"));
    expect(policies.filter((policy) => JSON.stringify(policy).includes(`"Ref":"${id}"`))).toHaveLength(readers.length);
    for (const reader of readers) expect(JSON.stringify(statementsOf(template, reader))).toContain(id);
  });

  it("every alarm names its section of the runbook", () => {
    const sections = alarmsOf(template).map((text) => text.split("#")[1]);
    expect(sections.filter((section) => /^(provisioning|approval|mails?|event-queue|undelivered)-/.test(section ?? "")).sort()).toEqual([
      "approval-settings-unusable",
      "event-queue-dead-letters",
      "mail-lag",
      "mails-refused",
      "provisioning-failed",
      "provisioning-overdue",
      "undelivered-events",
    ]);
    const runbook = readFileSync(join(packageRoot, "docs", "runbook.md"), "utf8");
    for (const section of sections) expect(runbook).toContain(`\n## ${section}\n`);
    const [crashes] = Object.values(template.findResources("AWS::CloudWatch::Alarm")).filter(({ Properties }) =>
      String(Properties.AlarmDescription).endsWith("#function-errors"),
    );
    const watched = JSON.stringify(crashes?.Properties.Metrics);
    for (const name of ["ApprovalSweeper", "ApprovalApiFunction", "ApprovalMailFunction"]) {
      expect(watched).toContain(name);
    }
    // CloudWatch's limit for one alarm; the sum itself is the one more.
    expect(crashes?.Properties.Metrics.length).toBeLessThanOrEqual(10 + 1);
  });
});

describe("with then: continue", () => {
  const { template } = synthesize(continuing);

  it("nothing calls Graph: no provisioning worker, and no right of the sweeper to the secret", () => {
    expect(functionsDescribed(template, /Makes the accounts/)).toEqual([]);
    const sweeper = functionDescribed(template, /Ends overdue requests/);
    expect(JSON.stringify(sweeper)).not.toContain("APPROVALS_SECRET");
    expect(statementsOf(template, /Ends overdue requests/).map(({ Action }) => Action)).toEqual([
      ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
      "dynamodb:Query",
      // The note of a run that failed.
      ["dynamodb:GetItem", "dynamodb:PutItem"],
    ]);
  });

  it("there is no secret for Graph", () => {
    expect(template.findOutputs("ApprovalsSecret")).toEqual({});
    expect(template.findOutputs("ApprovalMailSecret")).not.toEqual({});
  });

  it("requests approved for an account before the policy changed still raise an alarm", () => {
    expect(alarmsOf(template).filter((text) => /#provisioning-/.test(text))).toEqual([expect.stringMatching(/#provisioning-overdue$/)]);
  });

  it.each([
    { given: "mail", approvalMail: {}, rings: 1 },
    { given: "no mail", approvalMail: false as const, rings: 0 },
  ])("unusable settings raise $rings alarm(s) with $given", ({ approvalMail, rings }) => {
    const alarms = alarmsOf(synthesize({ ...continuing, approvalMail }).template);
    expect(alarms.filter((text) => text.endsWith("#approval-settings-unusable"))).toHaveLength(rings);
  });
});

describe("extensionsAppId", () => {
  it("is passed to the functions that make accounts, in the form used in attribute names", () => {
    const { template } = synthesize({ ...provisioning, extensionsAppId: "0F3A1B7C-9d2e-4f5a-8b6c-7d8e9fa0b1c2" });
    const told = functionsDescribed(template, /./).filter(({ Properties }) => JSON.stringify(Properties).includes("EXTENSIONS_APP_ID"));
    expect(
      told.map(({ Properties }) => (Properties.Environment as { Variables: Record<string, string> }).Variables.EXTENSIONS_APP_ID),
    ).toEqual(["0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2", "0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2"]);
  });

  it.each(["", "b2c-extensions-app", "0f3a1b7c"])("is refused if it is %p", (extensionsAppId) => {
    expect(() => synthesize({ ...provisioning, extensionsAppId })).toThrow(/extensionsAppId is .* application \(client\) id/);
  });
});

describe("expiry()", () => {
  const { template } = synthesize({ folder: "samples/policies/expiry" });
  const worker = /Ends the access of accounts/;

  it("makes a worker that runs alone, every five minutes and after each approval", () => {
    const { Properties } = functionDescribed(template, worker);
    expect(Properties.ReservedConcurrentExecutions).toBe(1);
    const { Variables } = Properties.Environment as { Variables: Record<string, string> };
    expect(JSON.parse(Variables.EXPIRY ?? "")).toEqual({
      default: { days: 180, renew: "sponsor", remind: [30, 7], disable: 0, delete: 30 },
    });
    template.hasResourceProperties("AWS::Events::Rule", { ScheduleExpression: "rate(5 minutes)", State: "ENABLED" });
    template.hasResourceProperties("AWS::Events::Rule", { EventPattern: Match.objectLike({ "detail-type": ["approval.decided.v1"] }) });
    expect(alarmsOf(template).join()).toMatch(/Many accounts are due at once.*Access could not be ended/s);
    expect(template.findOutputs("ApprovalsSecret")).not.toEqual({});
  });

  it("lets the worker use the list, accounts, jobs, the audit log, its own ledger rows, the settings and the hash key, and nothing else", () => {
    const named = (resource: unknown) =>
      new Set(
        JSON.stringify(resource).match(/(?<=")(AccessListChanges|AccessList|Accounts|Trail|Ledger|Approval|DecisionsPersonKey|Decisions)/g),
      );
    const allowed = statementsOf(template, worker).flatMap(({ Action, Resource }) =>
      [Action].flat().map((action) => `${action} ${[...named(Resource)].join(", ")}`),
    );
    expect(allowed.sort()).toEqual([
      "dynamodb:BatchGetItem AccessList",
      // Jobs read the accounts of a part together.
      "dynamodb:BatchGetItem Accounts",
      "dynamodb:BatchGetItem Decisions",
      "dynamodb:DeleteItem Ledger",
      "dynamodb:GetItem AccessListChanges",
      "dynamodb:GetItem Accounts",
      "dynamodb:GetItem Ledger",
      "dynamodb:GetItem Ledger",
      "dynamodb:PutItem Accounts",
      "dynamodb:PutItem Ledger",
      "dynamodb:PutItem Ledger",
      "dynamodb:PutItem Ledger",
      "dynamodb:PutItem Trail",
      "dynamodb:Query AccessListChanges",
      "dynamodb:Query Accounts",
      "dynamodb:Query Trail",
      "dynamodb:UpdateItem AccessListChanges",
      "secretsmanager:DescribeSecret Approval, DecisionsPersonKey",
      "secretsmanager:GetSecretValue Approval, DecisionsPersonKey",
    ]);
  });
});

it.each([
  { told: "an approval", type: "approval.decided.v1", detail: { decision: { verdict: "approved" } }, starts: true },
  { told: "a denial", type: "approval.decided.v1", detail: { decision: { verdict: "denied" } }, starts: false },
  { told: "an invitation", type: "invitation.sent.v1", detail: { invitedBy: { kind: "cli" } }, starts: true },
])("expiry({ unredeemed }): $told starts the worker: $starts", ({ type, detail, starts }) => {
  const { template } = synthesize({ folder: "test/infrastructure/policies/unredeemed" });
  const rules = template.findResources("AWS::Events::Rule", {
    Properties: { Description: Match.stringLikeRegexp("their account is enabled again") },
  });
  const [rule] = Object.values(rules);
  const alternatives = parseEventPattern(rule?.Properties.EventPattern, (problem) => new Error(problem));
  expect(matchesEvent(alternatives, { source: "gatehouse", "detail-type": type, detail })).toBe(starts);
});

describe("expiry({ idle }) by tokens", () => {
  const folder = "test/cli/policies/idle";
  const externalTenant = { tenantId: "11111111-1111-4111-8111-111111111111", audience: "22222222-2222-4222-8222-222222222222" };

  it("lets the decisions' reader write only sign-ins into rows of accounts, and tells the worker which address extensions call", () => {
    const { template } = synthesize({ folder, externalTenant });
    const onAccounts = statementsOf(template, /Publishes decisions/).filter(
      (statement) => JSON.stringify(statement.Resource).includes("Accounts") && !isStream(statement),
    );
    expect(onAccounts).toMatchObject([
      { Action: "dynamodb:GetItem" },
      {
        Action: "dynamodb:UpdateItem",
        Condition: { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id", "turn", "seenAt", "seenBy"] } },
      },
    ]);
    const { Variables } = functionDescribed(template, /Ends the access of accounts/).Properties.Environment as {
      Variables: Record<string, unknown>;
    };
    expect(Variables.TOKEN_URL).toBeDefined();
  });

  it("needs an external tenant", () =>
    expect(() => synthesize({ folder })).toThrow(
      "only the tokens of an external tenant tell of sign-ins: set externalTenant, or write askGraph: true",
    ));
});

it.each(["guests", "stages"])("npm start serves a policy with stages, whose settings hold functions: %s", (name) => {
  const { template } = synthesize({ folder: `samples/policies/${name}`, context: { console: "local" } });
  expect(JSON.stringify(template.toJSON())).toContain('"gatehouse:policy":{"step":"before-create-user"');
});

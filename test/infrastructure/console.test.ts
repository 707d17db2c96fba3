import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Template } from "aws-cdk-lib/assertions";
import { openPaths } from "../../console/session/roles";
import { packageRoot } from "../../lib/app-root";
import { synthesize } from "../support/synth";

interface Resource {
  readonly Properties: Record<string, unknown>;
}
interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

const console = { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" };
const { template, warnings } = synthesize({ console: { ...console, secondPerson: "dangerous" } });

const resources = (of: Template, type: string) => Object.entries(of.findResources(type) as Record<string, Resource>);

/** What a role may do. @default the console's */
function statements(role = "ConsoleFunctionRole"): readonly Statement[] {
  const [, policy] = resources(template, "AWS::IAM::Policy").find(([id]) => id.startsWith(role)) ?? [];
  return ((policy?.Properties.PolicyDocument ?? { Statement: [] }) as { Statement: Statement[] }).Statement;
}

/** The table or secret as the template calls it -> actions. */
function grants(role?: string): Readonly<Record<string, readonly string[]>> {
  const named: Record<string, string[]> = {};
  for (const { Action, Resource: to } of statements(role)) {
    const names = JSON.stringify(to).match(
      /"Console\w+|"AccessListTable|"(?:Profiles|ReferenceData|Ledger|DecisionsBus)|"(?:DecisionsTable|TrailTable|Accounts|Approvals)[^,]*(?:,"[^"]*"[^"]*"\/index\/[\w-]+)?/g,
    );
    for (const name of new Set(names)) {
      const key = name.replace(/^"|[0-9A-F]{8}.*$/g, "") + (JSON.stringify(to).includes("/index/") ? " indexes" : "");
      named[key] = [...new Set([...(named[key] ?? []), ...[Action].flat()])];
    }
  }
  return named;
}

describe("without the console option", () => {
  const without = synthesize().template;
  it.each(["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::Route"])("there is no %s", (type) =>
    without.resourceCountIs(type, 0),
  );
  it("the template has no function, table, secret or output of the console", () =>
    expect(
      Object.keys({ ...(without.toJSON().Resources as object), ...(without.toJSON().Outputs as object) }).filter((id) =>
        /^Console/.test(id),
      ),
    ).toEqual([]));
});

describe("a tenantId that admits other tenants", () => {
  it.each(["common", "organizations", "Consumers"])("is refused: %s", (tenantId) =>
    expect(() => synthesize({ console: { ...console, tenantId } })).toThrow(`console.tenantId is "${tenantId}"`),
  );
});

describe("the console in a national cloud", () => {
  const authority = "https://login.microsoftonline.us";
  const tenantId = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";

  it("is refused with the tenant's domain, with which each sign-in would fail", () =>
    expect(() => synthesize({ console: { ...console, authority, tenantId: "contoso.onmicrosoft.us" } })).toThrow(
      'console.tenantId is "contoso.onmicrosoft.us": with the authority https://login.microsoftonline.us, each sign-in fails unless tenantId is the tenant\'s id.',
    ));

  it("is refused at China's older address, whose issuer has another host", () =>
    expect(() => synthesize({ console: { ...console, authority: "https://login.chinacloudapi.cn", tenantId } })).toThrow(
      'Write "https://login.partner.microsoftonline.cn".',
    ));

  it("signs in by the tenant's id", () => {
    const { template: national } = synthesize({ console: { ...console, authority, tenantId } });
    const functions = resources(national, "AWS::Lambda::Function");
    expect(functions.find(([id]) => /^ConsoleFunction/.test(id))?.[1].Properties.Environment).toHaveProperty(
      "Variables.CONSOLE_ISSUER",
      `${authority}/${tenantId}/v2.0`,
    );
  });
});

describe("the console with its own domain", () => {
  const certificateArn = "arn:aws:acm:eu-west-1:123456789012:certificate/1";
  const domain = { domainName: "console.contoso.com", certificateArn };

  it("answers only at that name, and uses the name with Entra and in mail", () => {
    const { template: named, warnings: told } = synthesize({ console: { ...console, ...domain }, folder: "samples/policies/approval" });
    expect(told).toEqual([]);
    named.hasResourceProperties("AWS::ApiGatewayV2::Api", { DisableExecuteApiEndpoint: true });
    named.hasResourceProperties("AWS::ApiGatewayV2::DomainName", {
      DomainName: "console.contoso.com",
      DomainNameConfigurations: [{ CertificateArn: certificateArn, EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" }],
    });
    const [[, mapping]] = resources(named, "AWS::ApiGatewayV2::ApiMapping") as [[string, Resource & { readonly DependsOn: unknown }]];
    expect(mapping.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^ConsoleStage/)]));
    const outputs = (named.toJSON() as { Outputs: Record<string, { Value: unknown }> }).Outputs;
    expect(outputs).toMatchObject({
      ConsoleUrl: { Value: "https://console.contoso.com" },
      ConsoleRedirectUrl: { Value: "https://console.contoso.com/sign-in/callback" },
      ConsoleDomainTarget: { Value: { "Fn::GetAtt": [expect.stringMatching(/^ConsoleDomain/), "RegionalDomainName"] } },
    });
    const functions = resources(named, "AWS::Lambda::Function");
    expect(JSON.stringify(functions)).toContain("https://console.contoso.com/approvals/requests/{id}");
    // Where accounts are made, they can be disabled, too, and the console says so.
    const variables = (start: RegExp) => functions.find(([id]) => start.test(id))?.[1].Properties.Environment;
    expect(variables(/^ConsoleIncidentWorker/)).toHaveProperty("Variables.APPROVALS_SECRET");
    expect(variables(/^ConsoleFunction/)).toHaveProperty("Variables.INCIDENT_ACCOUNTS", "true");
    expect(variables(/^ConsoleFunction/)).not.toHaveProperty("Variables.APPROVALS_SECRET");
  });

  it.each([
    { given: "no certificate", options: { domainName: "console.contoso.com" }, says: "go together" },
    { given: "no name", options: { certificateArn }, says: "go together" },
    { given: "an address", options: { ...domain, domainName: "https://console.contoso.com" }, says: "must be a host name" },
    { given: "upper case", options: { ...domain, domainName: "Console.contoso.com" }, says: "must be a host name" },
  ])("is refused with $given", ({ options, says }) => expect(() => synthesize({ console: { ...console, ...options } })).toThrow(says));
});

it("an unknown kind of edit for console.secondPerson is refused", () =>
  expect(() => synthesize({ console: { ...console, secondPerson: "all" as "dangerous" } })).toThrow('console.secondPerson is "all"'));

describe("the console with console: { tenantId, clientId }", () => {
  it("causes no warning and no cdk-nag finding", () => expect(warnings).toEqual([]));

  it("has one function behind all its routes", () => {
    const keys = resources(template, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => Properties.RouteKey);
    expect(keys.sort()).toEqual(["$default", "GET /sign-in", "GET /sign-in/callback", "GET /signed-out"]);
    template.resourceCountIs("AWS::ApiGatewayV2::Integration", 1);
    template.hasResourceProperties("AWS::ApiGatewayV2::Integration", { PayloadFormatVersion: "2.0" });
  });

  it("limits requests, and logs neither the path nor the query", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 },
    });
    const [[, stage]] = resources(template, "AWS::ApiGatewayV2::Stage") as [[string, Resource]];
    expect(JSON.stringify(stage.Properties.AccessLogSettings)).not.toMatch(/context\.path|queryString|header/i);
  });

  it("limits calls to its open paths separately, once their routes exist", () => {
    const own = { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 };
    const [[, stage]] = resources(template, "AWS::ApiGatewayV2::Stage") as [[string, Resource & { readonly DependsOn: readonly string[] }]];
    expect(stage.Properties.RouteSettings).toEqual(Object.fromEntries(openPaths.map((path) => [`GET ${path}`, own])));
    const routes = resources(template, "AWS::ApiGatewayV2::Route").filter(([, { Properties }]) => Properties.RouteKey !== "$default");
    expect(stage.DependsOn).toEqual(expect.arrayContaining(routes.map(([id]) => id)));
  });

  it("gets the tenant's issuer and the client id", () =>
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: {
        Variables: {
          CONSOLE_ISSUER: "https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0",
          CONSOLE_CLIENT_ID: "the-client",
          CONSOLE_SECOND_PERSON: "dangerous",
        },
      },
    }));

  it("has only the rights on each table that its pages use", () =>
    expect(grants()).toEqual({
      AccessListTable: [
        ...["BatchGetItem", "DeleteItem", "GetItem"],
        ...["PartiQLDelete", "PartiQLInsert", "PartiQLUpdate"],
        ...["PutItem", "Scan", "UpdateItem"],
      ].map((action) => `dynamodb:${action}`),
      "AccessListTable indexes": ["dynamodb:Query"],
      DecisionsTable: ["dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:PutItem"],
      "DecisionsTable indexes": ["dynamodb:Query"],
      Approvals: ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
      "Approvals indexes": ["dynamodb:Query"],
      Accounts: ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"],
      "Accounts indexes": ["dynamodb:Query"],
      Profiles: ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Scan", "UpdateItem"].map((action) => `dynamodb:${action}`),
      ReferenceData: ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"].map(
        (action) => `dynamodb:${action}`,
      ),
      DecisionsBus: ["events:PutEvents"],
      Ledger: ["DeleteItem", "BatchGetItem", "GetItem", "Scan", "PutItem", "UpdateItem"].map((action) => `dynamodb:${action}`),
      TrailTable: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"],
      "TrailTable indexes": ["dynamodb:Query"],
      ConsoleClientSecret: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      ConsoleSessionKey: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      ConsolePersonErasure: ["lambda:InvokeFunction"],
      ConsoleIncidentWorker: ["lambda:InvokeFunction"],
      ConsoleListWorker: ["lambda:InvokeFunction"],
      ConsoleFunctionLogs: ["logs:CreateLogStream", "logs:PutLogEvents"],
    }));

  it("writes only the settings of gates into the decisions table", () => {
    const puts = statements().filter(
      ({ Action, Resource: to }) => [Action].flat().includes("dynamodb:PutItem") && JSON.stringify(to).includes('"DecisionsTable'),
    );
    expect(puts.map(({ Condition }) => Condition)).toEqual([
      { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["posture*"] }, Null: { "dynamodb:LeadingKeys": "false" } },
    ]);
  });

  it("writes only sessions, lost events, tasks, confirmed runs and started erasures into the ledger", () => {
    const puts = statements().filter(
      ({ Action, Resource: to }) =>
        [Action].flat().some((each) => /:(Put|Update)Item$/.test(String(each))) && JSON.stringify(to).includes('"Ledger'),
    );
    expect(puts.map(({ Condition }) => Condition)).toEqual(
      [["console-session/*", "task/*"], ["work/console-events*"], ["access-runs*"], ["person-erasure/*"]].map((prefixes) => ({
        "ForAllValues:StringLike": { "dynamodb:LeadingKeys": prefixes },
        Null: { "dynamodb:LeadingKeys": "false" },
      })),
    );
  });

  it("deletes only used codes and forgotten ways of sign-up from the ledger", () => {
    const deletes = statements().filter(
      ({ Action, Resource: to }) => [Action].flat().includes("dynamodb:DeleteItem") && JSON.stringify(to).includes('"Ledger'),
    );
    expect(deletes.map(({ Condition }) => Condition)).toEqual([
      { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["code/*", "one-account/*"] }, Null: { "dynamodb:LeadingKeys": "false" } },
    ]);
  });

  it("erases people through a separate function, which may find and delete rows and add trail entries, and no more", () => {
    const { ConsolePersonErasureLogs: _, ...may } = grants("ConsolePersonErasureRole");
    expect(may).toEqual({
      AccessListTable: ["dynamodb:DeleteItem", "dynamodb:GetItem"],
      Accounts: ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
      "Accounts indexes": ["dynamodb:Query"],
      DecisionsTable: ["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:Scan", "dynamodb:UpdateItem"],
      "DecisionsTable indexes": ["dynamodb:Query"],
      // Takes a colleague who asked for a guest out of the request.
      Approvals: ["dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:PutItem"],
      "Approvals indexes": ["dynamodb:Query"],
      Profiles: ["dynamodb:DeleteItem", "dynamodb:Scan"],
      Ledger: ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:Scan", "dynamodb:UpdateItem", "dynamodb:PutItem"],
      TrailTable: ["dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
    });
    const denied = statements("ConsolePersonErasureRole").filter(({ Effect }) => Effect === "Deny");
    expect(denied).toMatchObject([
      {
        Action: "dynamodb:DeleteItem",
        Condition: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["posture*", "partner*"] } },
      },
      {
        Action: ["dynamodb:DeleteItem", "dynamodb:UpdateItem"],
        Condition: {
          "ForAnyValue:StringLike": {
            "dynamodb:LeadingKeys": [
              "console-session/*",
              "mail/*",
              "audit-archive/*",
              "counts/*",
              "version*",
              "looks-like/*",
              "mail-back/*",
              "mail-forgotten/*",
            ],
          },
        },
      },
    ]);
    template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 300 });
  });

  it("handles incidents through a separate function, which edits the list, and has no credential if no accounts are made", () => {
    const { ConsoleIncidentWorkerLogs: _, ...may } = grants("ConsoleIncidentWorkerRole");
    const partiql = ["Delete", "Insert", "Update"].map((verb) => `dynamodb:PartiQL${verb}`);
    expect(may).toEqual({
      AccessListTable: [
        "dynamodb:BatchGetItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        ...partiql,
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
      ],
      TrailTable: ["dynamodb:PutItem", "dynamodb:Query"],
      DecisionsTable: ["dynamodb:BatchGetItem"],
      Ledger: ["dynamodb:GetItem", "dynamodb:PutItem"],
    });
    const [[, worker]] = resources(template, "AWS::Lambda::Function").filter(([id]) => id.startsWith("ConsoleIncidentWorker")) as [
      [string, Resource],
    ];
    expect(JSON.stringify(worker.Properties.Environment)).not.toContain("APPROVALS_SECRET");
    const [[, schedule]] = resources(template, "AWS::Events::Rule").filter(([id]) => id.startsWith("ConsoleIncidentSchedule")) as [
      [string, Resource],
    ];
    expect(schedule.Properties).toMatchObject({ ScheduleExpression: "rate(5 minutes)", State: "ENABLED" });
  });

  it("goes on with edits of the list through a separate function, which may write the list and requests, and no more", () => {
    const { ConsoleListWorkerLogs: _, ...may } = grants("ConsoleListWorkerRole");
    const partiql = ["Delete", "Insert", "Update"].map((verb) => `dynamodb:PartiQL${verb}`);
    expect(may).toEqual({
      AccessListTable: [...["dynamodb:BatchGetItem", "dynamodb:DeleteItem"], ...partiql, ...["dynamodb:PutItem", "dynamodb:UpdateItem"]],
      "Accounts indexes": ["dynamodb:Query"],
      Approvals: ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
      "Approvals indexes": ["dynamodb:Query"],
      DecisionsTable: ["dynamodb:BatchGetItem"],
      "DecisionsTable indexes": ["dynamodb:Query"],
      Ledger: ["dynamodb:BatchGetItem"],
      TrailTable: ["dynamodb:PutItem", "dynamodb:Query"],
    });
    const updates = statements("ConsoleListWorkerRole").filter(
      ({ Action, Resource: to }) => [Action].flat().includes("dynamodb:UpdateItem") && JSON.stringify(to).includes('"AccessListChanges'),
    );
    expect(updates.map(({ Condition }) => Condition)).toEqual([
      { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["sets*"] }, Null: { "dynamodb:LeadingKeys": "false" } },
      { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["people-job*"] }, Null: { "dynamodb:LeadingKeys": "false" } },
    ]);
    const [[, schedule]] = resources(template, "AWS::Events::Rule").filter(([id]) => id.startsWith("ConsoleListSchedule")) as [
      [string, Resource],
    ];
    expect(schedule.Properties).toMatchObject({ ScheduleExpression: "rate(5 minutes)", State: "ENABLED" });
  });

  it.each([
    { where: "a page fails", id: "ConsoleErrors", namespace: "AWS/ApiGateway", metric: "5xx", of: "ApiId", named: /^ConsoleApi/ },
    {
      where: "an erasure fails or never begins",
      id: "PersonErasure",
      namespace: "AWS/Lambda",
      metric: "AsyncEventsDropped",
      of: "FunctionName",
      named: /^ConsolePersonErasure/,
    },
  ])("rings if $where, and the runbook says what to do", ({ id, namespace, metric, of, named }) => {
    const [[, alarm]] = resources(template, "AWS::CloudWatch::Alarm").filter(([each]) => each.startsWith(`Alarms${id}`)) as [
      [string, Resource],
    ];
    const section = id.replace(/\B[A-Z]/, "-$&").toLowerCase();
    expect(alarm.Properties).toMatchObject({
      Namespace: namespace,
      MetricName: metric,
      Dimensions: [{ Name: of, Value: { Ref: expect.stringMatching(named) } }],
      Threshold: 1,
      AlarmDescription: expect.stringContaining(`#${section}`),
    });
    expect(readFileSync(join(packageRoot, "docs", "runbook.md"), "utf8")).toContain(`\n## ${section}\n`);
  });

  it("has the number of alarms on which its price in the docs is based", () => {
    const metricsOf = ({ Properties: { Metrics } }: Resource) =>
      (Metrics as { MetricStat?: object }[] | undefined)?.filter(({ MetricStat }) => MetricStat).length ?? 1;
    const count = (of: Template) => resources(of, "AWS::CloudWatch::Alarm").reduce((sum, [, alarm]) => sum + metricsOf(alarm), 0);
    const own = count(template) - count(synthesize({ events: {} }).template);
    const dollars = (0.8 + own * 0.1).toFixed(2);
    expect(own).toBe(4);
    expect(readFileSync(join(packageRoot, "docs", "costs.md"), "utf8")).toContain(`the console $${dollars},`);
  });

  it("only adds to the trail, like every function; the eraser may also blank the texts of entries", () => {
    const all = Object.values(template.findResources("AWS::IAM::Policy")) as {
      Properties: { PolicyDocument: { Statement: Statement[] } };
    }[];
    const on = all
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
      .filter((each) => JSON.stringify(each.Resource).includes('"TrailTable'));
    const [erasing, adding] = [true, false].map((isErasing) => on.filter(({ Action }) => (Action === "dynamodb:UpdateItem") === isErasing));
    expect([...new Set(adding?.flatMap(({ Action }) => Action))].sort()).toEqual([
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
    ]);
    expect(erasing?.map(({ Condition }) => Condition)).toEqual([
      {
        "ForAllValues:StringEquals": { "dynamodb:Attributes": ["trail", "number", "details", "subject", "person", "erased"] },
        Null: { "dynamodb:Attributes": "false" },
      },
    ]);
  });

  it("keeps the audit trail if the stack is deleted", () => {
    const audits = resources(template, "AWS::DynamoDB::GlobalTable").filter(([id]) => id.startsWith("TrailTable"));
    const [[, table]] = audits as [[string, Resource]];
    expect(table).toMatchObject({ DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
    expect(table.Properties.TimeToLiveSpecification).toBeUndefined();
  });
});

import type { Stack } from "aws-cdk-lib";
import { Match, type Template } from "aws-cdk-lib/assertions";
import { Topic } from "aws-cdk-lib/aws-sns";
import { tables } from "../../adapters/tables/tables";
import type { TrustStore } from "../../lib/sign-up/trust-store";
import { synthesize } from "../support/synth";

/** The tables that no policy does without. */
const everyStack = ["accessList", "decisions", "ledger", "listChanges", "audit"] as const;

type Resource = { Type: string; Properties: Record<string, unknown>; DeletionPolicy?: string };

function resources(template: Template, type: string): readonly Resource[] {
  return Object.values(template.findResources(type)) as Resource[];
}

/** The statements of the role of the function that runs at a path. */
function statementsFor(template: Template, description: RegExp): readonly { Action: string | string[]; Resource: unknown }[] {
  const [, lambda] = Object.entries(template.findResources("AWS::Lambda::Function")).find(([, { Properties }]) =>
    description.test(Properties.Description),
  ) as [string, Resource];
  const role = ((lambda.Properties.Role as { "Fn::GetAtt": string[] })["Fn::GetAtt"] as string[])[0];
  return resources(template, "AWS::IAM::Policy")
    .filter(({ Properties }) => (Properties.Roles as { Ref: string }[]).some(({ Ref }) => Ref === role))
    .flatMap(
      ({ Properties }) => (Properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] }).Statement,
    );
}

const actionsFor = (template: Template, description: RegExp) =>
  statementsFor(template, description)
    .flatMap(({ Action }) => Action)
    .sort();

/** What every step's function may do: read and keep decision records, key hashes of people, log. */
const always = [
  "dynamodb:BatchGetItem",
  "dynamodb:PutItem",
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "secretsmanager:DescribeSecret",
  "secretsmanager:GetSecretValue",
];

describe("the stack with the shipped policy", () => {
  const { template, warnings } = synthesize();

  it("causes no warning", () => expect(warnings).toEqual([]));

  it("has no unused resources", () => {
    const count = (type: string) => resources(template, type).length;
    expect(Object.keys(template.toJSON().Resources).length).toBeLessThanOrEqual(87);
    expect(
      [
        "AWS::Lambda::Function",
        "AWS::DynamoDB::GlobalTable",
        "AWS::Lambda::EventSourceMapping",
        "AWS::CloudWatch::Alarm",
        "AWS::CloudWatch::Dashboard",
      ].map(count),
    ).toEqual([5, 5, 4, 9, 1]);
  });

  it("runs every function on Node 24 and ARM64, with its own log group and no personal data in the format", () => {
    const functions = resources(template, "AWS::Lambda::Function");
    expect(functions).toHaveLength(5);
    for (const { Properties } of functions) {
      expect(Properties).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], LoggingConfig: { LogFormat: "JSON" } });
      expect(Properties.Timeout).toBeLessThanOrEqual(60);
    }
  });

  it.each(["after-sign-in", "before-create-user"])("serves POST /%s behind the authorizer", (path) => {
    template.hasResourceProperties("AWS::ApiGateway::Resource", { PathPart: path });
    const methods = resources(template, "AWS::ApiGateway::Method");
    expect(methods).toHaveLength(2);
    for (const { Properties } of methods) expect(Properties).toMatchObject({ HttpMethod: "POST", AuthorizationType: "CUSTOM" });
  });

  it("answers within Entra's 20 s even if a function hangs", () => {
    for (const { Properties } of resources(template, "AWS::Lambda::Function")) {
      if (/step/.test(Properties.Description as string)) expect(Properties.Timeout).toBe(19);
    }
  });

  it("caches a passed authorization for five minutes, by Authorization header and path", () => {
    template.hasResourceProperties("AWS::ApiGateway::Authorizer", {
      Type: "REQUEST",
      AuthorizerResultTtlInSeconds: 300,
      IdentitySource: "method.request.header.Authorization,context.resourcePath",
    });
  });

  it.each([
    ["reads the list, finds and keeps records, reads the key of hashes", /step before-create-user/, always],
    ["reads the list, finds and keeps records, reads the key of hashes", /step after-sign-in/, always],
    [
      "reads its one secret, and where it was seen",
      /basic auth/,
      [
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
      ],
    ],
    [
      "reads, writes and removes rows",
      /spelling/,
      [
        "dynamodb:BatchGetItem",
        "dynamodb:DeleteItem",
        "dynamodb:DescribeStream",
        "dynamodb:GetItem",
        // The domains that it notes for look-alikes, and the rows that it skips.
        "dynamodb:GetItem",
        "dynamodb:GetItem",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
        "dynamodb:PartiQLInsert",
        "dynamodb:PutItem",
        "dynamodb:PutItem",
        "dynamodb:PutItem",
        // The domains of an import.
        "dynamodb:Scan",
        "dynamodb:UpdateItem",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        // What it gave up on.
        "sqs:SendMessage",
      ],
    ],
  ])("has a function that %s, and may do no more (%s)", (_, description, actions) =>
    expect(actionsFor(template, description)).toEqual(actions),
  );

  it.each([
    ["UNAUTHORIZED", "401"],
    ["ACCESS_DENIED", "403"],
    ["MISSING_AUTHENTICATION_TOKEN", "403"],
    ["INVALID_SIGNATURE", "200"],
    ["UNSUPPORTED_MEDIA_TYPE", "200"],
    ["THROTTLED", "200"],
    ["INVALID_API_KEY", "200"],
    ["REQUEST_TOO_LARGE", "200"],
    ["WAF_FILTERED", "200"],
    ["AUTHORIZER_FAILURE", "200"],
    ["INTEGRATION_FAILURE", "200"],
    ["INTEGRATION_TIMEOUT", "200"],
    ["DEFAULT_5XX", "200"],
  ])("answers the gateway's own error %s with the status %s", (ResponseType, StatusCode) => {
    const all = resources(template, "AWS::ApiGateway::GatewayResponse").map(
      ({ Properties }) => Properties as { ResponseType: string; StatusCode: string; ResponseTemplates: Record<string, string> },
    );
    // As API Gateway chooses: the type's own answer, or that of all below or above 500.
    const fallback = /^(AUTHORIZER|INTEGRATION)_/.test(ResponseType) ? "DEFAULT_5XX" : "DEFAULT_4XX";
    const properties = all.find((each) => each.ResponseType === ResponseType) ?? all.find((each) => each.ResponseType === fallback);
    expect(properties?.StatusCode).toBe(StatusCode);
    const body = JSON.parse(properties?.ResponseTemplates["application/json"] ?? "");
    if (StatusCode === "200")
      expect(body).toEqual({ version: "1.0.0", action: "ShowBlockPage", userMessage: expect.stringContaining("$context.requestId") });
    else expect(Object.keys(body)).toEqual(["message"]);
  });

  it("asks for basic auth if credentials are missing", () => {
    template.hasResourceProperties("AWS::ApiGateway::GatewayResponse", {
      ResponseType: "UNAUTHORIZED",
      ResponseParameters: { "gatewayresponse.header.WWW-Authenticate": `'Basic realm="Gatehouse", charset="UTF-8"'` },
    });
  });

  it("counts Entra's calls apart from strangers', by a key that only the authorizer supplies", () => {
    template.hasResourceProperties("AWS::ApiGateway::RestApi", { ApiKeySourceType: "AUTHORIZER" });
    template.hasResourceProperties("AWS::ApiGateway::UsagePlan", { Throttle: { RateLimit: 50, BurstLimit: 100 } });
    for (const { Properties } of resources(template, "AWS::ApiGateway::Method")) expect(Properties.ApiKeyRequired).toBe(true);
    const [key] = resources(template, "AWS::ApiGateway::ApiKey");
    template.hasResourceProperties("AWS::Lambda::Function", {
      Description: Match.stringLikeRegexp("basic auth"),
      Environment: { Variables: Match.objectLike({ CALLER_KEY: key?.Properties.Value }) },
    });
  });

  it("throttles calls, and logs access without addresses or claims", () => {
    const [stage] = resources(template, "AWS::ApiGateway::Stage");
    expect(stage?.Properties.MethodSettings).toMatchObject([
      { ThrottlingRateLimit: 5_000, ThrottlingBurstLimit: 2_500, DataTraceEnabled: false },
    ]);
    expect(JSON.stringify(stage?.Properties.AccessLogSetting)).not.toMatch(/identity|header|body|authorizer\.principal/i);
  });

  it("has alarms with a link to the runbook", () => {
    const alarms = resources(template, "AWS::CloudWatch::Alarm");
    expect(alarms.map(({ Properties }) => (Properties.AlarmDescription as string).split("#")[1]).sort()).toEqual([
      "credentials-refused",
      "failed-changes",
      "failed-closed",
      "old-password-in-use",
      "records-lost",
      "slow-answers",
      "static-block-pages",
      "stream-lag",
      "stream-unread",
    ]);
  });

  it("rings for slow answers in two of three periods, and ignores percentiles of few calls", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmDescription: Match.stringLikeRegexp(
        "Runbook: .set the option runbookUrl for a link. node_modules/entra-gatehouse/docs/runbook.md#slow-answers$",
      ),
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      EvaluateLowSampleCountPercentile: "ignore",
    });
  });

  it("outputs the values to paste, and where to paste them", () => {
    const others = [
      "AccessListConsole",
      "AfterSignInUrl",
      "BeforeCreateUserUrl",
      "CredentialsCommand",
      "CredentialsSecret",
      "DrillDomain",
      "FailedChangesUrl",
      "PersonKeySecret",
      "PolicyVersions",
    ];
    const namesOfTables = everyStack.map((name) => tables[name].output);
    expect(Object.keys(template.findOutputs("*")).sort()).toEqual([...others, ...namesOfTables].sort());
  });

  it("creates no resource that only an option asks for", () => {
    for (const type of ["AWS::WAFv2::WebACL", "AWS::ApiGatewayV2::DomainName", "AWS::SNS::Topic", "AWS::EC2::VPC"]) {
      template.resourceCountIs(type, 0);
    }
  });
});

describe("the options", () => {
  const { template } = synthesize({
    alarmEmail: "it@contoso.com",
    dashboard: true,
    waf: true,
    rateLimit: 10,
    expectSignUps: { withinHours: 72 },
    customDomain: {
      domainName: "signup.contoso.com",
      certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1",
      trustStore: { bucketName: "trust", key: "ca.pem", version: "v1" },
    },
  });

  it("alarmEmail: every alarm notifies a topic that the address is subscribed to", () => {
    template.hasResourceProperties("AWS::SNS::Subscription", { Protocol: "email", Endpoint: "it@contoso.com" });
    for (const { Properties } of resources(template, "AWS::CloudWatch::Alarm")) expect(Properties.AlarmActions).toHaveLength(1);
  });

  it("expectSignUps: an alarm rings after the given number of hours without a call", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      AlarmDescription: Match.stringLikeRegexp("#no-sign-ups$"),
      Metrics: Match.arrayWith([Match.objectLike({ Expression: "a0 + a1" })]),
      EvaluationPeriods: 72,
      ComparisonOperator: "LessThanThreshold",
      Threshold: 1,
      TreatMissingData: "breaching",
    });
  });

  it.each([0, 169, 1.5, Number.NaN])("expectSignUps: %d hours are refused", (withinHours) => {
    expect(() => synthesize({ expectSignUps: { withinHours } })).toThrow(/expectSignUps\.withinHours/);
  });

  it("dashboard, waf and rateLimit take effect", () => {
    template.resourceCountIs("AWS::CloudWatch::Dashboard", 1);
    template.resourceCountIs("AWS::WAFv2::WebACLAssociation", 1);
    template.hasResourceProperties("AWS::ApiGateway::UsagePlan", { Throttle: { RateLimit: 10, BurstLimit: 20 } });
  });

  it("tracing: every function and the API are traced", () => {
    const traced = synthesize({ tracing: true }).template;
    for (const { Properties } of resources(traced, "AWS::Lambda::Function")) expect(Properties.TracingConfig).toEqual({ Mode: "Active" });
    traced.hasResourceProperties("AWS::ApiGateway::Stage", { TracingEnabled: true });
  });

  it.each([0, -5, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("decisionDays: %d is refused", (decisionDays) => {
    expect(() => synthesize({ decisionDays })).toThrow(/decisionDays/);
  });

  it("decisionDays: the steps know how long records are kept, and the table expires them", () => {
    const kept = synthesize({ decisionDays: 30 }).template;
    kept.hasResourceProperties("AWS::Lambda::Function", { Environment: { Variables: Match.objectLike({ DECISION_DAYS: "30" }) } });
    kept.hasResourceProperties("AWS::DynamoDB::GlobalTable", { TimeToLiveSpecification: { AttributeName: "expires", Enabled: true } });
  });

  it("customDomain: mutual TLS at the custom name, and the default address is disabled", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::DomainName", {
      DomainName: "signup.contoso.com",
      MutualTlsAuthentication: { TruststoreUri: "s3://trust/ca.pem", TruststoreVersion: "v1" },
      DomainNameConfigurations: [Match.objectLike({ EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" })],
    });
    template.hasResourceProperties("AWS::ApiGateway::RestApi", { DisableExecuteApiEndpoint: true });
    template.hasOutput("BeforeCreateUserUrl", { Value: "https://signup.contoso.com/before-create-user" });
  });
});

describe("a trust store", () => {
  const domain = { domainName: "signup.contoso.com", certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1" };
  const storeOf = (trustStore: TrustStore) =>
    resources(synthesize({ customDomain: { ...domain, trustStore } }).template, "AWS::ApiGatewayV2::DomainName")[0]?.Properties
      .MutualTlsAuthentication;

  it("changes the template with the version of its S3 object, and is refused without a version", () => {
    const inS3 = (version: string) => storeOf({ bucketName: "trust", key: "ca.pem", version });
    expect(inS3("2")).not.toEqual(inS3("1"));
    expect(() => storeOf({ bucketName: "trust", key: "ca.pem" } as TrustStore)).toThrow(
      "Gatehouse's option customDomain.trustStore.version is missing.",
    );
  });

  it("changes the template with the content of its file", () => {
    const [one, other] = ["ca.pem", "client.pem"].map((name) => storeOf({ file: `test/fixtures/tls/${name}` }));
    expect(JSON.stringify(one)).toMatch(/s3:.*[0-9a-f]{64}\.pem/);
    expect(other).not.toEqual(one);
  });

  it.each([
    ["nowhere.pem", "there is no such file in the app"],
    ["test/fixtures/tls/client.key", "which holds a private key"],
    ["package.json", "which holds no certificate that can be read"],
  ])("is refused if its file is %s", (file, says) => expect(() => storeOf({ file })).toThrow(says));
});

describe("a caller with a client certificate", () => {
  const domain = (subject?: string) => ({
    domainName: "signup.contoso.com",
    certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1",
    trustStore: { bucketName: "trust", key: "ca.pem", version: "v1", ...(subject !== undefined && { subject }) },
  });
  const variables = (template: Template) =>
    resources(template, "AWS::Lambda::Function")
      .map(({ Properties }) => (Properties.Environment as { Variables: Record<string, unknown> }).Variables)
      .find((each) => "CALLER_KEY" in each);

  it.each([
    [undefined, "*"],
    ["CN=entra,O=Contoso", "CN=entra,O=Contoso"],
  ])("is admitted without basic auth, and the admission is never cached (subject: %s)", (subject, allowed) => {
    const { template } = synthesize({ customDomain: domain(subject) });
    const [authorizer] = resources(template, "AWS::ApiGateway::Authorizer");
    expect(authorizer?.Properties).toMatchObject({ Type: "REQUEST", AuthorizerResultTtlInSeconds: 0 });
    expect(authorizer?.Properties.IdentitySource ?? "").toBe("");
    expect(variables(template)).toMatchObject({ CLIENT_CERTIFICATES: allowed });
    // Or the certificate could be left out.
    template.hasResourceProperties("AWS::ApiGateway::RestApi", { DisableExecuteApiEndpoint: true });
  });

  it("gets no special treatment without a trust store", () => {
    const { trustStore: _, ...customDomain } = domain();
    const { template } = synthesize({ customDomain });
    expect(variables(template)).not.toHaveProperty("CLIENT_CERTIFICATES");
    template.hasResourceProperties("AWS::ApiGateway::Authorizer", { IdentitySource: Match.stringLikeRegexp("header.Authorization") });
  });
});

it("a function waits for the app's added dependencies and for its own", () => {
  const { template } = synthesize({
    add: ({ steps, credentials, node }) => {
      const topic = new Topic(node.scope as Stack, "Own", { enforceSSL: true });
      for (const { function: lambda } of [...steps, credentials]) lambda.node.addDependency(topic);
    },
  });
  const functions = Object.entries(template.findResources("AWS::Lambda::Function")).filter(([id]) =>
    /Authorizer|AfterSignIn|BeforeCreate/.test(id),
  );
  expect(functions).toHaveLength(3);
  for (const [, { DependsOn }] of functions)
    expect(DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^Own/), expect.stringMatching(/Role/)]));
});

describe("the policy drives the infrastructure", () => {
  it("a step exists if its file exists", () => {
    const { template } = synthesize({ folder: "test/infrastructure/policies/no-list" });
    expect(resources(template, "AWS::ApiGateway::Resource").map(({ Properties }) => Properties.PathPart)).toEqual(["before-create-user"]);
    expect(template.findOutputs("AfterSignInUrl")).toEqual({});
  });

  it("a policy without the list gets no right to read it, and the table stays", () => {
    const { template } = synthesize({ folder: "test/infrastructure/policies/no-list" });
    expect(actionsFor(template, /step before-create-user/)).toEqual(always);
    template.resourceCountIs("AWS::DynamoDB::GlobalTable", everyStack.length);
  });

  it("only the step that has a rule gets the rule's secret and write access", () => {
    const { template } = synthesize({ folder: "test/infrastructure/policies/own-rule" });
    expect(actionsFor(template, /step before-create-user/)).toEqual([...always, "dynamodb:PutItem", "dynamodb:UpdateItem"].sort());
    expect(actionsFor(template, /step after-sign-in/)).toEqual(always);
    const secretsFor = (step: RegExp) =>
      JSON.stringify(statementsFor(template, step).filter(({ Action }) => Action.includes("secretsmanager:GetSecretValue")));
    expect(secretsFor(/step before-create-user/)).toMatch(/CrmKeySecret/);
    expect(secretsFor(/step after-sign-in/)).not.toMatch(/CrmKeySecret/);
    template.resourceCountIs("AWS::SecretsManager::Secret", 3);
  });

  it("only the functions that call a service get the service's secrets", () => {
    const { template } = synthesize({ folder: "test/infrastructure/policies/services" });
    const secretsFor = (step: RegExp) =>
      JSON.stringify(statementsFor(template, step).filter(({ Action }) => Action.includes("secretsmanager:GetSecretValue")));
    expect(secretsFor(/step before-create-user/)).toMatch(/CrmTokenSecret/);
    expect(secretsFor(/step before-create-user/)).not.toMatch(/FraudKeySecret/);
    expect(secretsFor(/shadowed rules of before-create-user/)).toMatch(/FraudKeySecret/);
    expect(secretsFor(/step after-sign-in/)).not.toMatch(/CrmTokenSecret|FraudKeySecret/);
  });

  describe("a step with shadowed rules", () => {
    const { template } = synthesize({ folder: "test/infrastructure/policies/shadows" });
    const [[shadowId, shadow] = []] = Object.entries(template.findResources("AWS::Lambda::Function")).filter(([, { Properties }]) =>
      /shadowed rules of before-create-user/.test(Properties.Description),
    );
    const environmentOf = (description: RegExp) => {
      const found = resources(template, "AWS::Lambda::Function").find(({ Properties }) => description.test(String(Properties.Description)));
      const { Variables = {} } = (found?.Properties.Environment ?? {}) as { Variables?: object };
      return Object.keys(Variables).sort();
    };
    /** "PutItem Ledger" */
    const rowActions = (description: RegExp) =>
      statementsFor(template, description)
        .flatMap(({ Action, Resource }) =>
          [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${JSON.stringify(resource)}`)),
        )
        .flatMap(
          (each) => /^dynamodb:(\w+) \{"Fn::GetAtt":\["(AccessList|Decisions|Ledger|ReferenceData)/.exec(each)?.slice(1).join(" ") ?? [],
        )
        .sort();

    it("may only start the one function that asks them, and gets none of their rights", () => {
      expect(actionsFor(template, /step before-create-user/)).toEqual([...always, "lambda:InvokeFunction"].sort());
      const [start] = statementsFor(template, /step before-create-user/).filter(({ Action }) => Action === "lambda:InvokeFunction");
      expect(start?.Resource).toEqual({ "Fn::GetAtt": [shadowId, "Arn"] });
      expect(environmentOf(/step before-create-user/)).not.toContain("SECRETS");
      expect(environmentOf(/step before-create-user/)).toContain("SHADOW_FUNCTION");
    });

    it("runs them in a function that may read what they declare, write to the ledger and add to records", () => {
      expect(rowActions(/shadowed rules of before-create-user/)).toEqual([
        "BatchGetItem AccessList",
        "BatchGetItem Decisions",
        "BatchGetItem Ledger",
        "BatchGetItem ReferenceData",
        "GetItem Ledger",
        "PutItem Ledger",
        "PutItem Ledger",
        "UpdateItem Decisions",
        "UpdateItem Ledger",
      ]);
      const others = actionsFor(template, /shadowed rules of before-create-user/).filter((action) => !action.startsWith("dynamodb:"));
      expect(others).toEqual([
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
      ]);
      expect(environmentOf(/shadowed rules of/)).toEqual([
        "ACCESS_LIST_TABLE",
        "DECISIONS_TABLE",
        "LEDGER_TABLE",
        "PERSON_KEY_SECRET",
        "POWERTOOLS_SERVICE_NAME",
        "REFERENCE_DATA_TABLE",
        "SECRETS",
      ]);
    });

    it("has its shadowed rules asked once, within seconds", () => {
      expect(shadow?.Properties.Timeout).toBe(30);
      template.hasResourceProperties("AWS::Lambda::EventInvokeConfig", {
        FunctionName: { Ref: shadowId },
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
      });
    });

    it("is the only step with a function for shadowed rules", () => {
      expect(
        resources(template, "AWS::Lambda::Function").filter(({ Properties }) => /shadow/.test(Properties.Description as string)),
      ).toHaveLength(1);
      expect(environmentOf(/step after-sign-in/)).not.toContain("SHADOW_FUNCTION");
      expect(actionsFor(template, /step after-sign-in/)).toEqual(always);
    });
  });

  it.each([
    ["list-after-sign-in-only", /only after sign-in/],
    ["own-rule", /calls another system before access-list/],
  ])("synth warns of a likely mistake (%s)", (folder, warning) => {
    const { warnings } = synthesize({ folder: `test/infrastructure/policies/${folder}` });
    expect(warnings).toContainEqual(expect.stringMatching(warning));
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Annotations, Match, type Template } from "aws-cdk-lib/assertions";
import { afterSignIn, type Policy } from "../../engine/sign-up/policy";
import { makeRule } from "../../engine/sign-up/rule";
import { accessList } from "../../features/access-list/rule";
import { requestApproval } from "../../features/approvals/request-approval";
import { assign } from "../../features/assign/rule";
import type { ExternalTenantOptions } from "../../features/external-tenant/stack/external-tenant";
import { tooSlowForExternalTenant } from "../../features/external-tenant/stack/policy";
import { limit } from "../../features/limit/rule";
import { permittedValue } from "../../features/permitted-value/rule";
import { shadow } from "../../features/shadow/rule";
import { packageRoot } from "../../lib/app-root";
import { GatehouseStack } from "../../lib/gatehouse-stack";
import { policyFaults, synthWarnings } from "../../lib/policy-folder/policy-warnings";
import { anyPolicy } from "../support/any-policy";
import { synthesize } from "../support/synth";

interface Resource {
  readonly Properties: Record<string, unknown>;
}

const tenantId = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
const audience = "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58";
const testCaller = "11111111-2222-4333-8444-555555555555";
const externalTenant = { tenantId, audience };

const find = (template: Template, type: string) => Object.entries(template.findResources(type) as Record<string, Resource>);
const named = (template: Template, type: string, prefix: string) =>
  find(template, type).find(([id]) => id.startsWith(prefix))?.[1].Properties as Record<string, unknown>;
const sections = [...readFileSync(join(packageRoot, "docs", "runbook.md"), "utf8").matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);

const { template, warnings } = synthesize({ externalTenant, expectSignUps: { withinHours: 72 } });

describe("without the externalTenant option", () => {
  const without = synthesize({ expectSignUps: { withinHours: 72 } }).template;
  it("the template has nothing of external tenants", () =>
    expect(JSON.stringify(without)).not.toMatch(/ApiGatewayV2|[Ee]xtension|EXTERNAL_TENANT|attribute-collection/));

  it("the template's resources equal those with the option, except for the option's own", () => {
    const { Resources: before } = without.toJSON() as { Resources: Record<string, unknown> };
    const { Resources: after } = template.toJSON() as { Resources: Record<string, unknown> };
    // The alarm listens to the calls of both, a schedule starts the functions of both, and saved queries and the dashboard read the log groups of both.
    const others = Object.entries(before).filter(([id]) => !/^(KeepWarm|AlarmsNoSignUps|Dashboard|Queries)/.test(id));
    expect(after).toMatchObject(Object.fromEntries(others));
  });
});

describe("the warning on who proves an address", () => {
  const step = (policy: Policy) => ({ step: policy.step, file: "", policy });
  const start = step(afterSignIn([makeRule({ name: "cheap", decide: () => ({ kind: "continue" }) })]) as Policy);
  const byList = step(anyPolicy([accessList()]) as Policy);
  const byCode = step(anyPolicy([permittedValue("extension_Code")]) as Policy);
  const setting = step(anyPolicy([accessList(), assign({ extension_WorkMail: "x" })]) as Policy);
  const typed = [
    "access-list judges by addresses, and there is no after-sign-in step. In an external tenant the address of a Google or OpenID account then counts as typed and lets nobody in: add after-sign-in.ts.",
  ];

  it.each<{
    given: string;
    policy: readonly ReturnType<typeof step>[];
    addressAttribute?: string;
    isCalled?: boolean;
    warns: readonly string[];
  }>([
    { given: "both steps", policy: [start, byList], warns: [] },
    { given: "no step after sign-in", policy: [byList], warns: typed },
    { given: "the same for connectors alone", policy: [byList], isCalled: false, warns: [] },
    { given: "codes alone", policy: [byCode], warns: [] },
    { given: "an attribute with the address", policy: [start, byList], addressAttribute: "extension_WorkMail", warns: [] },
    {
      given: "one that nobody reads",
      policy: [start, byList],
      addressAttribute: "extension_WorkMail",
      isCalled: false,
      warns: ["addressAttribute does nothing without externalTenant."],
    },
    {
      given: "one that a rule sets",
      policy: [start, setting],
      addressAttribute: "extension_WorkMail",
      warns: ["assign sets extension_WorkMail, the person's address, after the gate has read it: the account gets another address."],
    },
  ])("reports exactly the faults of a policy with $given", ({ policy, addressAttribute, isCalled = true, warns }) =>
    expect(synthWarnings(policy, { addressAttribute, settings: isCalled ? { externalTenant: {} } : {} })).toEqual(warns),
  );
});

describe("with externalTenant: { tenantId, audience }", () => {
  it("the stack causes no warning and no cdk-nag finding", () => expect(warnings).toEqual([]));

  it("each step of the policy has a route and a function, behind API Gateway's own token check", () => {
    const routes = find(template, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([
      "POST /attribute-collection-start",
      "POST /attribute-collection-submit",
    ]);
    for (const route of routes) expect(route).toMatchObject({ AuthorizationType: "JWT", AuthorizerId: expect.anything() });
    template.resourceCountIs("AWS::ApiGatewayV2::Authorizer", 1);
    template.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Audience: [audience], Issuer: `https://${tenantId}.ciamlogin.com/${tenantId}/v2.0` },
    });
  });

  it.each(["AttributeCollectionStart", "AttributeCollectionSubmit"])(
    "%s gets the tenant and audience of its caller, and has a timeout of five seconds",
    (step) =>
      expect(named(template, "AWS::Lambda::Function", step)).toMatchObject({
        Timeout: 5,
        Environment: { Variables: { EXTERNAL_TENANT: tenantId, EXTENSION_AUDIENCE: audience } },
      }),
  );

  it("no application may call for tests", () => expect(JSON.stringify(template)).not.toMatch(/EXTENSION_TEST_CALLER|AlarmsTestCaller/));

  describe("an extension function has the same rights as the step's connector function, except that", () => {
    interface Statement {
      readonly Action: unknown;
      readonly Resource: unknown;
      readonly Condition?: object;
    }
    const statements = (prefix: string) =>
      (named(template, "AWS::IAM::Policy", prefix).PolicyDocument as { Statement: Statement[] }).Statement;
    const ledgerId = find(template, "AWS::DynamoDB::GlobalTable").find(([id]) => id.startsWith("Ledger"))?.[0] as string;
    const onLedger = (prefix: string) => statements(prefix).filter(({ Resource }) => JSON.stringify(Resource).includes(ledgerId));
    const beside = (prefix: string) => statements(prefix).filter((each) => !onLedger(prefix).includes(each) || !each.Condition);

    it("AttributeCollectionStart may write the provider's word, and no other ledger row", () => {
      expect(onLedger("AttributeCollectionStart")).toMatchObject([
        {
          Action: "dynamodb:PutItem",
          Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["journey/*"] }, Null: { "dynamodb:LeadingKeys": "false" } },
        },
      ]);
      expect(beside("AttributeCollectionStart").map(({ Action }) => Action)).toEqual(statements("AfterSignIn").map(({ Action }) => Action));
    });

    it("AttributeCollectionSubmit may also read the ledger row with the provider's word", () => {
      expect(onLedger("AttributeCollectionSubmit").map(({ Action }) => Action)).toEqual(["dynamodb:BatchGetItem"]);
      expect(statements("AttributeCollectionSubmit").map(({ Action }) => Action)).toEqual(
        statements("BeforeCreateUser").map(({ Action }) => Action),
      );
    });

    it("a connector's functions have no right to the ledger", () =>
      expect([onLedger("AfterSignIn"), onLedger("BeforeCreateUser")]).toEqual([[], []]));
  });

  it("each gate's functions know which attribute holds the address", () => {
    const of = (stack: Template, prefix: string) =>
      (named(stack, "AWS::Lambda::Function", prefix).Environment as { Variables: Record<string, string> }).Variables.ADDRESS_ATTRIBUTE;
    const { template: two } = synthesize({
      externalTenant,
      addressAttribute: "extension_WorkMail",
      gates: { partners: { policy: "policy", addressAttribute: "postalCode" }, others: { policy: "policy" } },
    });
    expect(
      ["AttributeCollectionSubmit", "PartnersAttributeCollectionStart", "OthersAttributeCollectionStart", "BeforeCreateUser"].map((id) =>
        of(two, id),
      ),
    ).toEqual(["extension_WorkMail", "postalCode", undefined, undefined]);
  });

  it.each(["email", "WorkMail", "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_WorkMail", "extension_", "PostalCode", "phone_number", 5])(
    "%j is refused as the attribute for the address",
    (addressAttribute) =>
      expect(() => synthesize({ externalTenant, addressAttribute } as never)).toThrow(/the name of an attribute, such as "postalCode"/),
  );

  it("the API is throttled at half of the account's limit, and its access log holds no path, header or claim", () => {
    const stage = named(template, "AWS::ApiGatewayV2::Stage", "Extension");
    expect(stage.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 5_000, ThrottlingBurstLimit: 2_500 });
    expect(JSON.stringify(stage.AccessLogSettings)).not.toMatch(/context\.path|queryString|header|claims|sourceIp/i);
  });

  it.each([
    ["ExtensionErrors", "extension-errors", { MetricName: "5xx", Threshold: 1 }],
    [
      "SlowExtension",
      "slow-extension",
      {
        ...{ MetricName: "Latency", ExtendedStatistic: "p95", Threshold: 1_000 },
        ...{ EvaluationPeriods: 3, DatapointsToAlarm: 2, EvaluateLowSampleCountPercentile: "ignore" },
      },
    ],
    ["TokensRefused", "tokens-refused", { Threshold: 1 }],
  ])("the alarm %s rings, and the runbook says what to do", (id, section, properties) => {
    const alarm = named(template, "AWS::CloudWatch::Alarm", `Alarms${id}`);
    expect(alarm).toMatchObject({ ...properties, AlarmDescription: expect.stringContaining(`#${section}`) });
    expect(sections).toContain(section);
  });

  it("the alarm tokens-refused rings if tokens are refused at a route and none passes there", () => {
    const { Metrics } = named(template, "AWS::CloudWatch::Alarm", "AlarmsTokensRefused") as { Metrics: { Expression?: string }[] };
    expect(Metrics.find(({ Expression }) => Expression)?.Expression).toBe("IF(r0 > 0 AND a0 < 1, r0, 0) + IF(r1 > 0 AND a1 < 1, r1, 0)");
    const patterns = find(template, "AWS::Logs::MetricFilter").map(([, { Properties }]) => String(Properties.FilterPattern));
    expect(patterns).toContain('{ ($.status = "401") && ($.route = "POST /attribute-collection-submit") }');
    expect(patterns).toContain('{ ($.status != "401") && ($.route = "POST /attribute-collection-submit") }');
  });

  it("the alarm on missing sign-ups counts the calls of connectors and of the extension", () => {
    const { Metrics } = named(template, "AWS::CloudWatch::Alarm", "AlarmsNoSignUps") as { Metrics: { Expression?: string }[] };
    expect(Metrics.find(({ Expression }) => Expression)?.Expression).toBe("a0 + a1 + a2 + a3");
  });

  it.each(["ExtensionUrl", "AttributeCollectionStartUrl", "AttributeCollectionSubmitUrl", "ExtensionIdentifierUri"])(
    "the stack has the output %s",
    (name) => template.hasOutput(name, { Value: Match.anyValue() }),
  );

  it("the output names the API by its own host, as Entra requires", () =>
    expect(JSON.stringify(template.findOutputs("ExtensionIdentifierUri"))).toMatch(new RegExp(`"api://".*"ApiEndpoint".*"/${audience}"`)));
});

describe("an external tenant with several gates", () => {
  const policy = "samples/policies/approval";
  const gated = synthesize({ folder: policy, externalTenant, gates: { suppliers: { policy } }, expectSignUps: { withinHours: 72 } });

  it("each gate has its own routes, functions, alarms and outputs", () => {
    const keys = find(gated.template, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => Properties.RouteKey);
    const events = ["attribute-collection-start", "attribute-collection-submit"];
    expect(keys).toEqual(expect.arrayContaining(events.flatMap((event) => [`POST /${event}`, `POST /suppliers/${event}`])));
    expect(named(gated.template, "AWS::Lambda::Function", "SuppliersAttributeCollectionSubmit")).toMatchObject({
      Environment: { Variables: { GATE: "suppliers", EXTERNAL_TENANT: tenantId } },
    });
    expect(named(gated.template, "AWS::CloudWatch::Alarm", "AlarmsSuppliersTokensRefused")).toMatchObject({
      AlarmDescription: expect.stringContaining("#tokens-refused"),
    });
    gated.template.hasOutput("SuppliersAttributeCollectionSubmitUrl", { Value: Match.anyValue() });
    expect(gated.warnings).toEqual([]);
  });

  it("the error about a rule that is too slow names the rule's gate", () =>
    expect(() => synthesize({ externalTenant, gates: { suppliers: { policy: "samples/policies/idology" } } })).toThrow(
      "Gate suppliers: In before-create-user, verify-identity may wait",
    ));
});

describe("externalTenant.testCaller", () => {
  const testing = synthesize({ externalTenant: { ...externalTenant, testCaller } });
  it("admits the application that it names, warns of it, and rings as long as it is set", () => {
    testing.template.hasResourceProperties("AWS::Lambda::Function", { Environment: { Variables: { EXTENSION_TEST_CALLER: testCaller } } });
    expect(testing.warnings).toEqual([expect.stringContaining(`lets the application ${testCaller} call the gate`)]);
    expect(named(testing.template, "AWS::CloudWatch::Alarm", "AlarmsTestCaller")).toMatchObject({
      MetricName: "TestCallerCalls",
      Threshold: 0,
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "breaching",
      AlarmDescription: expect.stringContaining("#test-caller"),
    });
    expect(sections).toContain("test-caller");
  });
});

it.each([`https://contoso.ciamlogin.com/${tenantId}/v2.0`, `https://login.microsoftonline.com/${tenantId}/v2.0`])(
  "externalTenant accepts the issuer %s",
  (issuer) => {
    synthesize({ externalTenant: { ...externalTenant, issuer } }).template.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", {
      JwtConfiguration: { Issuer: issuer },
    });
  },
);

it.each<[string, Record<string, unknown>, string]>([
  ["no tenantId", { tenantId: undefined }, "externalTenant.tenantId is missing."],
  [
    "a domain as tenantId",
    { tenantId: "contoso.onmicrosoft.com" },
    'externalTenant.tenantId is "contoso.onmicrosoft.com"; it must be the tenant\'s id, a GUID.',
  ],
  [
    "the identifier URI as audience",
    { audience: "api://host/1" },
    'externalTenant.audience is "api://host/1"; it must be the client id of the gate\'s app registration, a GUID.',
  ],
  [
    "a name as testCaller",
    { testCaller: "postman" },
    'externalTenant.testCaller is "postman"; it must be the client id of the application that tests call as, a GUID.',
  ],
  [
    "an issuer over http",
    { issuer: `http://contoso.ciamlogin.com/${tenantId}/v2.0` },
    "it must be an https address that holds the tenantId",
  ],
  [
    "another tenant's issuer",
    { issuer: `https://contoso.ciamlogin.com/${audience}/v2.0` },
    "it must be an https address that holds the tenantId",
  ],
  [
    "an issuer whose host alone holds the tenant",
    { issuer: `https://${tenantId}.example.com/v2.0` },
    "it must be an https address that holds the tenantId",
  ],
  [
    "an issuer with a query",
    { issuer: `https://contoso.ciamlogin.com/${tenantId}/v2.0?a=b` },
    "it must be an https address that holds the tenantId",
  ],
  ["a mistyped option", { tenant: tenantId }, "externalTenant.tenant is unknown: did you mean tenantId?"],
])("externalTenant refuses %s", (_, options, message) =>
  expect(() => synthesize({ externalTenant: { ...externalTenant, ...options } as ExternalTenantOptions })).toThrow(message),
);

describe("a rule for which the external tenant matters", () => {
  const decide = () => ({ kind: "continue" as const });
  const asking = (limit?: number) =>
    makeRule({ name: "asking", uses: [{ service: "crm", ...(limit && { timeout: `${limit}ms` as const }) }], decide });
  const at = (policy: Policy) => tooSlowForExternalTenant([{ step: policy.step, file: "", policy }]);
  const wayOut =
    "and an external tenant hangs up after 2 s: give it a time limit below 1300 ms, or let an approver decide (requestApproval).";

  it.each([
    ["within its time", anyPolicy([asking(1_299)])],
    ["only in shadow", anyPolicy([requestApproval(), shadow(asking())])],
    ["nobody", afterSignIn([makeRule({ name: "own", uses: [{ table: "ledger", access: "read" }], decide })])],
  ])("is accepted if it asks %s", (_, policy) => expect(at(policy)).toEqual([]));

  it("is refused if it calls an outside system without a time limit or with too long a limit", () => {
    expect(at(anyPolicy([asking()]))).toEqual([`In before-create-user, asking names no timeout for crm, ${wayOut}`]);
    expect(at(afterSignIn([asking(1_300)]))).toEqual([`In after-sign-in, asking may wait 1300ms for crm, ${wayOut}`]);
  });

  it("causes a warning, and no error, under npm start if its outside call is too slow for the external tenant", () => {
    const context = { console: "local", "aws:cdk:bundling-stacks": [] };
    const stackWith = (options: object) =>
      new GatehouseStack(new App({ context }), "Gatehouse", { policy: "samples/policies/idology", ...options });
    const warningsOf = (options: object) => Annotations.fromStack(stackWith(options)).findWarning("*", Match.stringLikeRegexp("hangs up"));
    expect(warningsOf({ externalTenant })).toHaveLength(1);
    expect(warningsOf({})).toEqual([]);
  });

  it("is refused if it reads the person's IP address and there is no external tenant", () => {
    const policy = anyPolicy([limit({ by: "network", windows: [{ max: 1, per: "1h" }] })]);
    expect(policyFaults([{ step: policy.step, file: "", policy }], {})).toEqual([
      "In before-create-user, limit goes by the person's IP address, which only an external tenant tells: set externalTenant, or take the rule out.",
    ]);
  });

  it("ends the synthesis if its outside call is too slow for the configured external tenant", () => {
    const folder = "samples/policies/idology";
    expect(() => synthesize({ folder })).not.toThrow();
    expect(() => synthesize({ folder, externalTenant })).toThrow("In before-create-user, verify-identity may wait 3s for idology");
  });
});

it("npm start refuses an invalid externalTenant, although it would replace this option by its own value", () => {
  const app = new App({ context: { console: "local", "aws:cdk:bundling-stacks": [] } });
  const wrong = { ...externalTenant, tenantId: "contoso" };
  expect(() => new GatehouseStack(app, "Gatehouse", { policy: "policy", externalTenant: wrong })).toThrow(
    'externalTenant.tenantId is "contoso"; it must be the tenant\'s id, a GUID.',
  );
});

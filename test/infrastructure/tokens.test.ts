import { synthesize } from "../support/synth";

const outputs = (folder: string) => Object.keys(synthesize({ folder }).template.findOutputs("*"));
const alarms = (folder: string) =>
  Object.values(synthesize({ folder }).template.findResources("AWS::CloudWatch::Alarm")).map(({ Properties }) => Properties.MetricName);

it("the step before-sending-token has an address and an alarm only if the policy has a file for the step", () => {
  expect(outputs("samples/policies/tokens")).toContain("BeforeSendingTokenUrl");
  expect(alarms("samples/policies/tokens")).toContain("ClaimsMissing");
  expect(outputs("policy")).not.toContain("BeforeSendingTokenUrl");
  expect(alarms("policy")).not.toContain("ClaimsMissing");
});

describe("in an external tenant, accounts are linked to admitted sign-ups", () => {
  const externalTenant = { tenantId: "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45", audience: "5b2c7a90-6d1e-4f83-a4b7-2c9e0d1f3a58" };
  const tokens = synthesize({ folder: "test/end-to-end/policies/external-tenant", externalTenant }).template;

  interface Statement {
    readonly Action: string | readonly string[];
    readonly Resource: unknown;
    readonly Condition?: { readonly "ForAllValues:StringLike"?: Readonly<Record<string, readonly string[]>> };
  }
  const ledgerOf = (step: string, template = tokens) => {
    const [, policy] = Object.entries(template.findResources("AWS::IAM::Policy")).find(([id]) => id.startsWith(step)) ?? [];
    const statements: readonly Statement[] = policy?.Properties.PolicyDocument.Statement;
    return statements
      .filter(({ Resource }) => JSON.stringify(Resource).includes("Ledger"))
      .map(({ Action, Condition }) => [Action, Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"]?.[0]]);
  };
  const variablesOf = (step: string, template = tokens) => {
    const found = Object.entries(template.findResources("AWS::Lambda::Function")).find(([id]) => id.startsWith(step))?.[1];
    return found?.Properties.Environment.Variables;
  };
  const isTracing = (step: string) => variablesOf(step)?.ACCOUNT_TRACING !== undefined;

  it.each<[string, boolean, readonly unknown[]]>([
    // Beside that, a provider's word on an address is kept and read: external-tenant.test.ts.
    ["AttributeCollectionStart", false, [["dynamodb:PutItem", "journey/*"]]],
    [
      "AttributeCollectionSubmit",
      true,
      [
        ["dynamodb:BatchGetItem", undefined],
        ["dynamodb:UpdateItem", "signed-up/*"],
      ],
    ],
    [
      "TokenIssuanceStart",
      true,
      [
        ["dynamodb:BatchGetItem", undefined],
        ["dynamodb:UpdateItem", "signed-up/*"],
        ["dynamodb:PutItem", "account/*"],
      ],
    ],
    ["AfterSignIn", false, []],
    ["BeforeCreateUser", false, []],
    ["BeforeSendingToken", false, []],
  ])("the function %s links accounts (%s), and has only the ledger rights that this needs", (step, traces, rights) =>
    expect([isTracing(step), ledgerOf(step)]).toEqual([traces, rights]),
  );

  it("accountReader lets no function ask Graph except the one that runs before a token is sent", () => {
    const accountReader = "11111111-2222-4333-8444-555555555555";
    const folder = "test/end-to-end/policies/external-tenant";
    const reading = synthesize({ folder, externalTenant: { ...externalTenant, accountReader } }).template;
    const askers = Object.entries(reading.findResources("AWS::Lambda::Function")).filter(([, { Properties }]) => {
      return Properties.Environment?.Variables?.GRAPH_CLIENT === accountReader;
    });
    expect(askers.map(([id, { Properties }]) => [id.slice(0, 18), Properties.Environment.Variables.GRAPH_TENANT])).toEqual([
      ["TokenIssuanceStart", externalTenant.tenantId],
    ]);
    expect(Object.keys(reading.findOutputs("*"))).toContain("AccountReaderSecret");
    expect(JSON.stringify(reading.findResources("AWS::CloudWatch::Alarm"))).toContain("UpstreamFailures");
    expect(JSON.stringify(tokens.toJSON())).not.toMatch(/AccountReader|GRAPH_CLIENT/);
    // Nobody's token is traced without a step that adds claims.
    expect(JSON.stringify(synthesize({ externalTenant: { ...externalTenant, accountReader } }).template)).not.toMatch(/GRAPH_CLIENT/);
  });

  describe("if Gatehouse makes accounts", () => {
    const gates = { tokens: { policy: "samples/policies/tokens" } };
    const approval = { folder: "samples/policies/approval", externalTenant };
    const making = synthesize({ ...approval, gates }).template;
    const noting = (under: string) => [["dynamodb:GetItem", "dynamodb:PutItem"], under];

    it.each([
      { maker: "ApprovalProvisioning", others: [noting("skipped/provisioning*"), noting("work/accounts*")] },
      { maker: "ApprovalSweeper", others: [noting("work/sweeper*"), noting("work/accounts*")] },
    ])("$maker records the owner of each account in the ledger, and reads no account from the ledger", ({ maker, others }) => {
      expect(ledgerOf(maker, making)).toEqual([...others, ["dynamodb:PutItem", "account/*"]]);
      expect(variablesOf(maker, making)).toMatchObject({ TRACED_TENANT: externalTenant.tenantId, LEDGER_TABLE: expect.anything() });
    });

    it.each([
      ["no step adds claims", approval],
      ["there is no external tenant", { folder: approval.folder, gates }],
      ["no account is made", { folder: "samples/policies/approval-continue", externalTenant, gates }],
    ])("no function records owners if %s", (_, options) => {
      const { template } = synthesize(options);
      expect(JSON.stringify(template.toJSON())).not.toContain("TRACED_TENANT");
      expect(JSON.stringify(ledgerOf("ApprovalSweeper", template))).not.toContain("account/");
    });
  });

  it("no account is traced if no step adds claims", () =>
    expect(JSON.stringify(synthesize({ externalTenant }).template)).not.toContain("ACCOUNT_TRACING"));
});

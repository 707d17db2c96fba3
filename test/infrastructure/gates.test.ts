import type { Template } from "aws-cdk-lib/assertions";
import { loadGates } from "../../lib/policy-folder/gates";
import { synthesize } from "../support/synth";

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

const policy = "samples/policies/approval";
const gates = { suppliers: { policy: "samples/policies/lookup" }, "b2c-partners": { policy } };

const one = synthesize({ folder: policy, alarmEmail: "it@contoso.com" });
const three = synthesize({ folder: policy, alarmEmail: "it@contoso.com", gates, expectSignUps: { withinHours: 72 } });

const resources = ({ template }: { readonly template: Template }, type: string) =>
  Object.entries(template.toJSON().Resources as Record<string, Resource>).filter(([, { Type }]) => Type === type);
const outputs = ({ template }: { readonly template: Template }) => Object.keys(template.findOutputs("*"));
const variables = ({ Properties }: Resource) => (Properties.Environment as { Variables: Record<string, unknown> }).Variables;
const functions = (gate: string) =>
  resources(three, "AWS::Lambda::Function").flatMap(([, lambda]) => (variables(lambda).GATE === gate ? [lambda] : []));

describe("named gates", () => {
  it("do not change a stack that has none", () => {
    expect(synthesize({ folder: policy, alarmEmail: "it@contoso.com", gates: {} }).template.toJSON()).toEqual(one.template.toJSON());
    // The index that decisions are listed by has the column for any, a command is called gate, and the dashboard counts by gate.
    const others = ([id]: [string, unknown]) => !id.startsWith("DashboardBoard");
    const text = JSON.stringify(Object.entries(one.template.toJSON().Resources).filter(others))
      .replace('"source","gate",', "")
      .replaceAll("npm run gate", "");
    expect(text).not.toMatch(/"GATE"|\bgates?\b(?! that decides)/);
  });

  it("remove no resource or output of the unnamed gate, except the API's deployment", () => {
    const before = Object.entries(one.template.toJSON().Resources as Record<string, Resource>);
    const after = three.template.toJSON().Resources as Record<string, Resource>;
    // A deployment's id changes with the routes, and the console and others name what is granted.
    const missing = before.filter(([id, { Type }]) => after[id] === undefined && Type !== "AWS::ApiGateway::Deployment");
    expect(missing).toEqual([]);
    expect(outputs(three)).toEqual(expect.arrayContaining(outputs(one)));
  });

  it("have their own routes, functions and authorizer, which knows its gate", () => {
    const methods = resources(three, "AWS::ApiGateway::Method").map(([, { Properties }]) => Properties);
    const authorizers = new Set(methods.flatMap(({ AuthorizerId }) => (AuthorizerId as { Ref: string } | undefined)?.Ref ?? []));
    expect(authorizers.size).toBe(3);
    const parts = resources(three, "AWS::ApiGateway::Resource").map(([, { Properties }]) => Properties.PathPart as string);
    expect(parts.filter((part) => /^(after|before|suppliers|b2c)/.test(part)).sort()).toEqual([
      "after-sign-in",
      "after-sign-in",
      "b2c-partners",
      "before-create-user",
      "before-create-user",
      "before-create-user",
      "suppliers",
    ]);
    expect(functions("suppliers").map(({ Properties }) => Properties.Description)).toEqual([
      "Checks the basic auth credentials of Entra's API connectors of the gate suppliers",
      "Decides on sign-ups at the step before-create-user of the gate suppliers",
    ]);
    expect(functions("b2c-partners")).toHaveLength(3);
  });

  it("share the tables, the rules' secrets, the bus and the callers' limit", () => {
    for (const type of ["AWS::DynamoDB::GlobalTable", "AWS::Events::EventBus", "AWS::ApiGateway::UsagePlan", "AWS::ApiGateway::ApiKey"])
      expect(resources(three, type)).toHaveLength(resources(one, type).length);
    const keys = resources(three, "AWS::Lambda::Function").flatMap(([, lambda]) => variables(lambda).CALLER_KEY ?? []);
    expect(keys).toHaveLength(3);
    expect(new Set(keys.map((key) => JSON.stringify(key))).size).toBe(1);
  });

  it("read only their own secret", () => {
    const secrets = ["default", "suppliers", "b2c-partners"].map((name) => three.gatehouse.gateCredentials.get(name)?.secret.secretArn);
    expect(new Set(secrets).size).toBe(3);
    const read = resources(three, "AWS::Lambda::Function").flatMap(([, lambda]) => variables(lambda).CREDENTIALS_SECRET ?? []);
    expect(new Set(read.map((secret) => JSON.stringify(secret))).size).toBe(3);
  });

  it("have their own alarms, which point to the runbook's sections", () => {
    const added = resources(three, "AWS::CloudWatch::Alarm").map(([, { Properties }]) => Properties.AlarmDescription as string);
    const ofSuppliers = added.filter((text) => text.includes("of the gate suppliers"));
    expect(ofSuppliers.map((text) => text.replace(/^.*#/, "")).sort()).toEqual(["credentials-refused"]);
  });

  it("have their own outputs", () => {
    expect(
      outputs(three)
        .filter((name) => /^(Suppliers|B2cPartners|Gates)/.test(name))
        .sort(),
    ).toEqual([
      "B2cPartnersAfterSignInUrl",
      "B2cPartnersBeforeCreateUserUrl",
      "B2cPartnersCredentialsCommand",
      "B2cPartnersCredentialsSecret",
      "B2cPartnersPolicyVersions",
      "Gates",
      "SuppliersBeforeCreateUserUrl",
      "SuppliersCredentialsCommand",
      "SuppliersCredentialsSecret",
      "SuppliersPolicyVersions",
    ]);
    expect(three.template.findOutputs("Gates")).toMatchObject({ Gates: { Value: "b2c-partners,suppliers" } });
    expect(JSON.stringify(three.template.findOutputs("SuppliersBeforeCreateUserUrl"))).toContain("/suppliers/before-create-user");
    expect(JSON.stringify(three.template.findOutputs("SuppliersCredentialsCommand"))).toContain(
      "entra credentials show --gate suppliers --stack",
    );
  });

  it("are named in the warnings of their policies", () => {
    const onlyFirst = synthesize({ gates: { suppliers: { policy: "test/infrastructure/policies/list-after-sign-in-only" } } });
    expect(onlyFirst.warnings).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Gate suppliers: The access list is used only after sign-in/)]),
    );
  });
});

describe("an invalid gate", () => {
  it.each([
    { name: "default", says: "A gate cannot be called default: that is the unnamed gate, whose policy is the option policy." },
    { name: "before-create-user", says: "A gate cannot be called before-create-user: that is a route of the unnamed gate." },
    { name: "token-issuance-start", says: "A gate cannot be called token-issuance-start: that is a route of the unnamed gate." },
    ...["Suppliers", "a--b", "2c", "a-2", "a_b", "", "a".repeat(31)].map((name) => ({
      name,
      says: `A gate cannot be called "${name}": use small letters, digits and single hyphens, each word beginning with a letter, 30 characters at most.`,
    })),
    { name: "a", gate: {}, says: "Gatehouse's option gates.a.policy is missing." },
    { name: "a", gate: null, says: "Gatehouse's option gates.a is null; it must be an object, { policy: … }." },
    { name: "a", gate: { policy, waf: true }, says: "Gatehouse's option gates.a.waf is unknown: there are policy, addressAttribute." },
    { name: "a", gate: { policy: "nowhere" }, says: "There is no policy folder nowhere." },
  ])(
    "with the name $name and the options $gate is refused with the reason",
    ({ name, gate = { policy }, says }: { name: string; gate?: unknown; says: string }) => {
      expect(() => loadGates({ policy: [], gates: { [name]: gate } })).toThrow(says);
    },
  );
});

import type { Template } from "aws-cdk-lib/assertions";
import type { Policy } from "../../engine/sign-up/policy";
import { accessList } from "../../features/access-list/rule";
import { Arrivals } from "../../features/arrivals/stack";
import { entraDirectory } from "../../features/one-account/client";
import { oneAccount } from "../../features/one-account/rule";
import { shadow } from "../../features/shadow/rule";
import type { Gatehouse } from "../../lib/gatehouse";
import { anyPolicy } from "../support/any-policy";
import { type SynthOptions, synthesize } from "../support/synth";

const GUID = "11111111-2222-4333-8444-555555555555";

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface Written {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs: Readonly<Record<string, { readonly Value: unknown }>>;
}

const written = (template: Template) => template.toJSON() as Written;
const ofType = (template: Template, type: string) => Object.entries(written(template).Resources).filter(([, { Type }]) => Type === type);
const statementsOf = (document: unknown) => (document as { readonly Statement: readonly Statement[] }).Statement;

/** The functions that one role of the template signs in for. */
interface Signing {
  readonly output: string;
  /** By the variable that names the role. */
  readonly named: readonly string[];
  /** Those whose role may assume it. */
  readonly allowed: readonly string[];
  /** Those whose role it admits. */
  readonly admitted: readonly string[];
}

const variablesOf = ({ Properties }: Resource) =>
  (Properties.Environment as { readonly Variables?: Readonly<Record<string, unknown>> } | undefined)?.Variables ?? {};

/** The logical id of a function's role. */
function roleOf(resource: Resource | undefined): string {
  const { Role } = resource?.Properties ?? {};
  return (Role as { readonly "Fn::GetAtt": readonly [string] } | undefined)?.["Fn::GetAtt"][0] ?? "";
}

/** The roles that its variables name, as JSON. */
function namedBy(resource: Resource): string {
  const { GRAPH_ROLE, GRAPH_ROLES } = variablesOf(resource);
  return JSON.stringify([GRAPH_ROLE, GRAPH_ROLES]);
}

function signingBy(template: Template, role: string): Signing {
  const arn = JSON.stringify({ "Fn::GetAtt": [role, "Arn"] });
  const functions = ofType(template, "AWS::Lambda::Function").map(([id, resource]) => {
    const own = roleOf(resource);
    return { id, resource, own };
  });
  const policies = ofType(template, "AWS::IAM::Policy").filter(([, { Properties }]) =>
    statementsOf(Properties.PolicyDocument).some(({ Action, Resource }) => Action === "sts:AssumeRole" && JSON.stringify(Resource) === arn),
  );
  const holders = policies.flatMap(([, { Properties }]) => (Properties.Roles as readonly { readonly Ref: string }[]).map(({ Ref }) => Ref));
  const [trust] = statementsOf(written(template).Resources[role]?.Properties.AssumeRolePolicyDocument);
  const principals = JSON.stringify(trust?.Condition?.ArnLike?.["aws:PrincipalArn"]);
  const pathOf = (id: string) => String(written(template).Resources[id]?.Properties.Path ?? "");
  const isAdmitted = (id: string) =>
    principals.includes(JSON.stringify({ "Fn::GetAtt": [id, "Arn"] })) ||
    pathOf(id)
      .split("/")
      .some((part) => part !== "" && principals.includes(`*${part}/*`));
  const output = Object.entries(written(template).Outputs).find(([, { Value }]) => JSON.stringify(Value) === arn)?.[0] ?? "";
  return {
    output,
    named: functions.filter(({ resource }) => namedBy(resource).includes(arn)).map(({ id }) => id),
    allowed: functions.filter(({ own }) => holders.includes(own)).map(({ id }) => id),
    admitted: functions.filter(({ own }) => isAdmitted(own)).map(({ id }) => id),
  };
}

/** The console's bundle is another with each set of gates that it is made from. */
const withoutAssets = (template: Template) => JSON.stringify(template).replaceAll(/[0-9a-f]{64}\.zip/g, "asset.zip");

const rolesIn = (template: Template) =>
  ofType(template, "AWS::IAM::Role").flatMap(([id]) => (/GraphRole[0-9A-F]{8}$/.test(id) ? [id] : []));

const directory = entraDirectory({ tenantId: GUID });
const asking = {
  step: "before-create-user" as const,
  file: "",
  policy: anyPolicy([accessList(), oneAccount({ directory }), shadow(oneAccount({ directory, lasts: "30d" }))]) as Policy,
};

const all: SynthOptions = {
  folder: "samples/policies/approval",
  gates: { tokens: { policy: "samples/policies/tokens" }, suppliers: { policy: [asking] } },
  rotation: {},
  console: { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" },
  externalTenant: { tenantId: GUID, audience: GUID, accountReader: GUID },
  env: { account: "111111111111", region: "eu-west-1" },
};
const add = (gatehouse: Gatehouse) => void new Arrivals(gatehouse, "Arrivals", { tenantId: GUID, clientId: GUID });
const { template } = synthesize({ ...all, graphSignIn: "role", add });
const roles = rolesIn(template).map((id) => signingBy(template, id));

describe("graphSignIn by role: each application's role", () => {
  it.each([
    { output: "ApprovalsGraphRoleArn", functions: /^(Approval(Provisioning|Sweeper)|ConsoleIncidentWorker)/, count: 3 },
    { output: "ArrivalsGraphRoleArn", functions: /^ArrivalsFunction/, count: 1 },
    { output: "RotationGraphRoleArn", functions: /^RotationFunction/, count: 1 },
    { output: "AccountLookupGraphRoleArn", functions: /TokenIssuanceStartFunction/, count: 1 },
    { output: "DirectoryGraphRoleArn", functions: /^Suppliers(BeforeCreateUser|AttributeCollectionSubmit)/, count: 3 },
  ])("is known, assumed and used to sign in only by its own functions: $output", ({ output, functions, count }) => {
    const found = roles.find((role) => role.output === output);
    expect(found?.named).toHaveLength(count);
    expect(found?.named.every((id) => functions.test(id))).toBe(true);
    expect(found?.allowed).toEqual(found?.named);
    expect(found?.admitted).toEqual(found?.named);
  });

  it("exists once for each of five applications", () => expect(roles).toHaveLength(5));

  it("signs only for Entra, by RS256, for at most five minutes", () => {
    for (const id of rolesIn(template)) {
      const { Policies, AssumeRolePolicyDocument } = written(template).Resources[id]?.Properties ?? {};
      const statements = (Policies as readonly { readonly PolicyDocument: unknown }[]).flatMap(({ PolicyDocument }) =>
        statementsOf(PolicyDocument),
      );
      expect(statements).toEqual([
        {
          Action: "sts:GetWebIdentityToken",
          Effect: "Allow",
          Resource: "*",
          Condition: {
            "ForAllValues:StringEquals": { "sts:IdentityTokenAudience": ["api://AzureADTokenExchange"] },
            Null: { "sts:IdentityTokenAudience": "false" },
            StringEquals: { "sts:SigningAlgorithm": "RS256" },
            NumericLessThanEquals: { "sts:DurationSeconds": 300 },
          },
        },
      ]);
      // Without the condition, the account's other roles could be let in by their own policies.
      expect(statementsOf(AssumeRolePolicyDocument).map(({ Condition }) => Object.keys(Condition ?? {}))).toEqual([["ArnLike"]]);
    }
  });

  it.each(["AccountLookup", "Directory"])(
    "admits a function in any version, because the path of the function's own role is fixed: %s",
    (name) => {
      const [step = ""] = roles.find(({ output }) => output === `${name}GraphRoleArn`)?.named.toSorted() ?? [];
      const resource = written(template).Resources[step];
      const own = roleOf(resource);
      expect(written(template).Resources[own]?.Properties.Path).toBe(`/Gatehouse.Graph.eu-west-1/${name}GraphRole/`);
    },
  );

  it("has an alarm for each part of its token that Entra may refuse, and one runbook section for all of them", () => {
    const alarms = ofType(template, "AWS::CloudWatch::Alarm").flatMap(([, { Properties }]) =>
      /^Role\w+Refused$/.test(String(Properties.MetricName)) ? [Properties] : [],
    );
    expect(alarms.map(({ MetricName }) => MetricName).toSorted()).toEqual([
      "RoleAudienceRefused",
      "RoleIssuerRefused",
      "RoleOtherRefused",
      "RoleSubjectRefused",
    ]);
    expect(alarms.every(({ AlarmDescription }) => String(AlarmDescription).endsWith("#role-sign-in-refused"))).toBe(true);
  });

  it("needs no credential from an operator", () => {
    const shapes = ofType(template, "AWS::SecretsManager::Secret").map(([, { Properties }]) => String(Properties.Description));
    const ofApplications = shapes.filter((each) => /how accounts are made|new passwords/.test(each));
    expect(ofApplications).toHaveLength(2);
    expect(ofApplications.some((each) => each.includes("clientSecret"))).toBe(false);
  });
});

describe("without the option graphSignIn", () => {
  const without = synthesize({ ...all, add }).template;

  it("the template contains nothing that the option adds", () => {
    expect(rolesIn(without)).toEqual([]);
    expect(JSON.stringify(without)).not.toMatch(/GRAPH_ROLE|GRAPH_CLOUD|GetWebIdentityToken|gatehouse:optional/);
    const secret = synthesize({ ...all, graphSignIn: "secret", cloud: "global", add }).template;
    expect(withoutAssets(secret)).toBe(withoutAssets(without));
  });

  it("a stack in which no function calls Graph has the same template as with the option", () => {
    const shipped = synthesize().template.toJSON();
    expect(synthesize({ graphSignIn: "role" }).template.toJSON()).toEqual(shipped);
    expect(synthesize({ cloud: "us-government" }).template.toJSON()).toEqual(shipped);
  });
});

describe("another cloud of Microsoft", () => {
  const chinese = synthesize({ folder: "samples/policies/approval", graphSignIn: "role", cloud: "china" }).template;

  it("is passed to the functions that call Graph, and is the tokens' audience", () => {
    const callers = ofType(chinese, "AWS::Lambda::Function").filter(([, resource]) => variablesOf(resource).GRAPH_CLOUD === "china");
    const [role = ""] = rolesIn(chinese);
    expect(callers.map(([id]) => id)).toEqual(signingBy(chinese, role).named);
    expect(JSON.stringify(written(chinese).Resources[role])).toContain("api://AzureADTokenExchangeChina");
  });

  it("is refused if its addresses are not published and a function calls Graph", () => {
    expect(() => synthesize({ folder: "samples/policies/approval", cloud: "bleu" })).toThrow("no addresses of the cloud bleu");
    expect(() => synthesize({ cloud: "bleu" })).not.toThrow();
  });
});

import { Match, type Template } from "aws-cdk-lib/assertions";
import { AccountPrincipal, ArnPrincipal, Role } from "aws-cdk-lib/aws-iam";
import { ApprovalApi } from "../../../features/approval-api/stack";
import { DELEGATIONS_ID } from "../../../features/approvals/store/delegations";
import type { Gatehouse } from "../../../lib/gatehouse";
import { add as approveFromElsewhere } from "../../events/recipes/approve-from-elsewhere";
import { printedBlocks, recipeLines } from "../../support/recipes";
import { synthesize } from "../../support/synth";

interface Resource {
  readonly Properties: Readonly<Record<string, unknown>>;
}

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const resources = (template: Template, type: string) => Object.values(template.findResources(type)) as Resource[];

/** What policies whose name begins like this allow. */
const statements = (template: Template, name: string) =>
  resources(template, "AWS::IAM::Policy")
    .filter(({ Properties }) => String(Properties.PolicyName).startsWith(name))
    .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: Statement[] }).Statement);

/** What a role may call of the API. */
const callsOf = (template: Template, name: string) =>
  statements(template, name)
    .filter(({ Action }) => Action === "execute-api:Invoke")
    .flatMap(({ Resource }) => [...JSON.stringify(Resource).matchAll(/\/(?:GET|POST)\/[^"]*/g)].map(([path]) => path));

/** As Gatehouse adds it where a policy asks for approval. */
function addApi(gatehouse: Gatehouse): ApprovalApi {
  return new ApprovalApi(gatehouse, "ApprovalApi");
}

describe("the route for other systems", () => {
  const { template, warnings } = synthesize({
    add: (gatehouse) => {
      const api = addApi(gatehouse);
      api.grantDecide(new Role(gatehouse, "Portal", { assumedBy: new AccountPrincipal("111111111111") }));
      api.grantDecide(new Role(gatehouse, "Desk", { assumedBy: new ArnPrincipal("arn:aws:iam::111111111111:role/Desk") }), ["retry"]);
    },
  });
  const methods = resources(template, "AWS::ApiGateway::Method").map(({ Properties }) => Properties);
  const own = methods.filter(({ AuthorizationType }) => AuthorizationType === "AWS_IAM");

  it("causes no warning, and has no unacknowledged finding", () => expect(warnings).toEqual([]));

  it("requires IAM for every method", () => {
    expect(own.map(({ HttpMethod }) => HttpMethod).sort()).toEqual(["GET", "POST", "POST", "POST", "POST"]);
    expect(methods.filter(({ AuthorizationType }) => AuthorizationType !== "AWS_IAM")).toHaveLength(2);
    for (const method of methods) expect(method.AuthorizationType).not.toBe("NONE");
    for (const PathPart of ["approvals", "{id}", "approve", "deny", "reopen", "retry"]) {
      template.hasResourceProperties("AWS::ApiGateway::Resource", { PathPart });
    }
  });

  it("has a function that may read and write single requests and read what decides about them, but nothing else", () => {
    expect(statements(template, "ApprovalApiFunction")).toEqual([
      expect.objectContaining({ Action: ["logs:CreateLogStream", "logs:PutLogEvents"] }),
      expect.objectContaining({
        Action: ["dynamodb:BatchGetItem", "dynamodb:PutItem"],
        Resource: { "Fn::GetAtt": [expect.stringMatching(/^Approvals/), "Arn"] },
      }),
      // Who decides for whom.
      expect.objectContaining({
        Action: "dynamodb:GetItem",
        Condition: expect.objectContaining({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${DELEGATIONS_ID}*`] } }),
      }),
      // Whether the list denies the person: their entries, and their partner.
      expect.objectContaining({
        Action: "dynamodb:BatchGetItem",
        Resource: { "Fn::GetAtt": [expect.stringMatching(/^AccessListTable/), "Arn"] },
      }),
      expect.objectContaining({
        Action: "dynamodb:BatchGetItem",
        Resource: { "Fn::GetAtt": [expect.stringMatching(/^Decisions/), "Arn"] },
        Condition: expect.objectContaining({ "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["partner*"] } }),
      }),
    ]);
    template.hasResourceProperties("AWS::Lambda::Function", {
      Description: Match.stringLikeRegexp("other systems' decisions"),
      Timeout: 10,
      Environment: { Variables: { APPROVALS_TABLE: Match.anyValue() } },
    });
  });

  it("cannot be called by the test button of the API Gateway console, since IAM refuses it", () => {
    const permissions = resources(template, "AWS::Lambda::Permission").map(({ Properties }) => JSON.stringify(Properties));
    const toOwn = permissions.filter((text) => text.includes("ApprovalApiFunction"));
    expect(toOwn).toHaveLength(5);
    for (const text of toOwn) expect(text).not.toContain("test-invoke-stage");
  });

  it("lets a principal look, and also approve and deny unless the grant names other actions", () => {
    expect(callsOf(template, "Portal")).toEqual(["/GET/approvals/*", "/POST/approvals/*/approve", "/POST/approvals/*/deny"]);
    expect(callsOf(template, "Desk")).toEqual(["/GET/approvals/*", "/POST/approvals/*/retry"]);
  });

  it("outputs its address", () => {
    const [output] = Object.values(template.findOutputs("ApprovalsUrl"));
    expect(JSON.stringify(output?.Value)).toMatch(/\/approvals"\]\]\}$/);
  });

  it("is a separate API, with its own rate limit and without a block page", () => {
    template.resourceCountIs("AWS::ApiGateway::RestApi", 2);
    const apiOf = ({ RestApiId }: Resource["Properties"]) => (RestApiId as { Ref: string }).Ref;
    const [api] = [...new Set(own.map(apiOf))];
    expect(methods.filter((method) => apiOf(method) === api)).toEqual(own);
    const responses = resources(template, "AWS::ApiGateway::GatewayResponse").map(({ Properties }) => Properties);
    expect(responses.map(apiOf)).not.toContain(api);
    const [stage] = resources(template, "AWS::ApiGateway::Stage").filter(({ Properties }) => apiOf(Properties) === api);
    expect(stage?.Properties).toMatchObject({
      MethodSettings: [{ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000, DataTraceEnabled: false }],
      AccessLogSetting: { Format: expect.not.stringMatching(/identity|header|\.path\b|body/i) },
    });
  });
});

it("the API exists only if the policy asks for approval", () => {
  const { template, gatehouse } = synthesize();
  expect(JSON.stringify(template.toJSON())).not.toMatch(/AWS_IAM|ApprovalsUrl|approval-api/);
  expect(() => ApprovalApi.of(gatehouse)).toThrow(/no rule of its policy asks for approval\. Add requestApproval\(\)/);
});

describe("the recipe approve-from-elsewhere", () => {
  const { template, warnings } = synthesize({
    add: (gatehouse) => {
      addApi(gatehouse);
      approveFromElsewhere(gatehouse);
    },
  });

  it("contains exactly the lines that are tested here", () => {
    expect(printedBlocks("approve-from-elsewhere")).toEqual([recipeLines("approve-from-elsewhere")]);
  });

  it("may approve and look, and use nothing else of the API", () => {
    expect(warnings).toEqual([]);
    expect(callsOf(template, "ApprovePartners")).toEqual(["/GET/approvals/*", "/POST/approvals/*/approve"]);
  });

  it("receives only requests with proven addresses of the domain", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: {
        source: ["gatehouse"],
        "detail-type": ["approval.requested.v1"],
        detail: { email: [{ suffix: "@contoso.com" }], emailProven: [true] },
      },
    });
  });
});

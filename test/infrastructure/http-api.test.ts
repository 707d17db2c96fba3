import type { Template } from "aws-cdk-lib/assertions";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";
import { synthesize } from "../support/synth";

interface Resource {
  readonly Properties: Record<string, unknown>;
}

const all = (template: Template, type: string) =>
  Object.entries(template.findResources(type) as Record<string, Resource>).map(([id, { Properties }]) => ({ id, ...Properties }));

const { template, warnings, gatehouse } = synthesize({
  api: "http",
  dashboard: true,
  expectSignUps: { withinHours: 24 },
  gates: { suppliers: { policy: loadPolicyFolder("policy") } },
});

describe('the option api: "http"', () => {
  it("creates no REST API and none of its parts", () => {
    for (const type of ["RestApi", "UsagePlan", "ApiKey", "GatewayResponse", "Authorizer"])
      template.resourceCountIs(`AWS::ApiGateway::${type}`, 0);
  });

  it("guards each route by its gate's authorizer, whose answers are kept for each header and route", () => {
    const authorizers = all(template, "AWS::ApiGatewayV2::Authorizer");
    expect(authorizers).toHaveLength(2);
    for (const authorizer of authorizers) {
      expect(authorizer).toMatchObject({
        AuthorizerType: "REQUEST",
        AuthorizerPayloadFormatVersion: "1.0",
        AuthorizerResultTtlInSeconds: 60,
        IdentitySource: ["$request.header.Authorization", "$context.routeKey"],
      });
    }
    const routes = all(template, "AWS::ApiGatewayV2::Route") as unknown as {
      RouteKey: string;
      AuthorizationType: string;
      AuthorizerId: { Ref: string };
    }[];
    const guards = new Map(
      routes.map(({ RouteKey, AuthorizationType, AuthorizerId }) => [RouteKey, [AuthorizationType, AuthorizerId.Ref]]),
    );
    expect([...guards.keys()].sort()).toEqual([
      "POST /after-sign-in",
      "POST /before-create-user",
      "POST /suppliers/after-sign-in",
      "POST /suppliers/before-create-user",
    ]);
    expect([...guards.values()].map(([type]) => type)).toEqual(Array(4).fill("CUSTOM"));
    expect(guards.get("POST /after-sign-in")).toEqual(guards.get("POST /before-create-user"));
    expect(guards.get("POST /after-sign-in")).not.toEqual(guards.get("POST /suppliers/after-sign-in"));
  });

  it("passes calls in the REST API's form, which the functions expect", () => {
    const formats = all(template, "AWS::ApiGatewayV2::Integration").map(
      (each) => (each as { PayloadFormatVersion?: string }).PayloadFormatVersion,
    );
    expect(formats).toEqual(Array(4).fill("1.0"));
  });

  it("rings for unanswered calls, and counts passed and refused calls by status", () => {
    const names = all(template, "AWS::CloudWatch::Alarm")
      .map(({ id }) => id)
      .join(" ");
    expect(names).toMatch(/UnansweredCalls/);
    expect(names).toMatch(/SlowAnswers/);
    expect(names).toMatch(/NoSignUps/);
    expect(names).not.toMatch(/StaticBlockPages/);
    const patterns = all(template, "AWS::Logs::MetricFilter").map((each) => String((each as { FilterPattern?: string }).FilterPattern));
    expect(patterns).toContain('{ ($.status = "413") || ($.status = "429") || ($.status = "5*") }');
    expect(patterns).toContain('{ (($.status = "401") || ($.status = "403")) && ($.route = "POST /after-sign-in") }');
    expect(patterns).toContain('{ (($.status = "200") || ($.status = "400")) && ($.route = "POST /after-sign-in") }');
  });

  it("serves at the root of its address", () => {
    expect(template.toJSON().Outputs.AfterSignInUrl.Value).toEqual({
      "Fn::Join": ["", [{ "Fn::GetAtt": [expect.stringMatching(/SignUpHttpApi/), "ApiEndpoint"] }, "/after-sign-in"]],
    });
    expect(gatehouse.apiUrl).toMatch(/\/$/);
  });

  it("warns at synth about what an HTTP API lacks", () =>
    expect(warnings).toContainEqual(expect.stringContaining("wrong credentials get 403")));

  it.each([
    { option: { waf: true }, says: 'api: "http" does not go with waf: AWS WAF protects no HTTP API.' },
    { option: { rateLimit: 10 }, says: 'api: "http" does not go with rateLimit: an HTTP API has no usage plans.' },
    { option: { api: "HTTP" as "http" }, says: "api" },
  ])("is refused beside $option", ({ option, says }) => expect(() => synthesize({ api: "http", ...option })).toThrow(says));

  it("can be combined with a custom domain, mutual TLS and failover", () => {
    const { template: own } = synthesize({
      api: "http",
      customDomain: {
        domainName: "signup.contoso.com",
        certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1",
        trustStore: { bucketName: "contoso-authorities", key: "authorities.pem", version: "1", subject: "CN=entra.contoso.com" },
        failover: { hostedZoneId: "Z0123456789ABC", record: "secondary" },
      },
    });
    own.hasResourceProperties("AWS::ApiGatewayV2::DomainName", {
      MutualTlsAuthentication: { TruststoreUri: "s3://contoso-authorities/authorities.pem" },
    });
    own.hasResourceProperties("AWS::ApiGatewayV2::Api", { DisableExecuteApiEndpoint: true });
    own.hasResourceProperties("AWS::ApiGatewayV2::Authorizer", { AuthorizerResultTtlInSeconds: 0 });
    const [record] = all(own, "AWS::Route53::RecordSet") as unknown as {
      AliasTarget: Record<string, { "Fn::GetAtt": [string, string] }>;
    }[];
    expect(
      Object.values(record?.AliasTarget ?? {})
        .map((each) => each["Fn::GetAtt"][1])
        .sort(),
    ).toEqual(["RegionalDomainName", "RegionalHostedZoneId"]);
  });
});

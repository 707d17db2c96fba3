import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Gatehouse } from "../../lib/gatehouse";
import type { TrustStoreObject } from "../../lib/sign-up/trust-store";

const certificateArn = "arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-4333-8444-555555555555";
const made = (bucketName: (stack: Stack) => string) => madeIn((stack) => ({ bucketName: bucketName(stack) }));
const madeIn = (bucket: (stack: Stack) => Pick<TrustStoreObject, "bucket" | "bucketName">) => {
  const stack = new Stack(new App({ context: { "aws:cdk:bundling-stacks": [] } }), "Own", { env: { region: "eu-west-1" } });
  const trustStore = { ...bucket(stack), key: "entra.pem", version: "1" };
  new Gatehouse(stack, "SignUp", { policy: "policy", customDomain: { domainName: "signup.contoso.com", certificateArn, trustStore } });
  return JSON.stringify(Template.fromStack(stack).findResources("AWS::ApiGatewayV2::DomainName"));
};

it.each(["b", "Contoso-Certificates", "s3://certificates", "-certificates"])("trustStore.bucket cannot be %s", (name) =>
  expect(() => made(() => name)).toThrow(/customDomain\.trustStore.*a bucket's name/s),
);

it.each([
  { what: "a bucket's name", name: () => "contoso-certificates", uri: '"s3://contoso-certificates/entra.pem"' },
  { what: "a bucket of the same app", name: (stack: Stack) => new Bucket(stack, "Certificates").bucketName, uri: '{"Ref":"Certificates' },
])("the trust store accepts $what", ({ name, uri }) => expect(made(name)).toContain(uri));

it("the trust store's bucket may be a construct instead of a name", () =>
  expect(madeIn((stack) => ({ bucket: new Bucket(stack, "Certificates", { versioned: true }) }))).toContain('{"Ref":"Certificates'));

it.each([
  { given: "no bucket", bucket: () => ({}) },
  { given: "both", bucket: (stack: Stack) => ({ bucketName: "contoso-trust", bucket: new Bucket(stack, "Certificates") }) },
])("the trust store refuses $given", ({ bucket }) => expect(() => madeIn(bucket)).toThrow("give one of bucketName and bucket"));

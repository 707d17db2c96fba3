import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Gatehouse } from "../../lib/gatehouse";

const certificateArn = "arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-4333-8444-555555555555";
const made = (bucketName: (stack: Stack) => string) => {
  const stack = new Stack(new App({ context: { "aws:cdk:bundling-stacks": [] } }), "Own", { env: { region: "eu-west-1" } });
  const trustStore = { bucketName: bucketName(stack), key: "entra.pem", version: "1" };
  new Gatehouse(stack, "SignUp", { policy: "policy", customDomain: { domainName: "signup.contoso.com", certificateArn, trustStore } });
  return JSON.stringify(Template.fromStack(stack).findResources("AWS::ApiGatewayV2::DomainName"));
};

it.each(["b", "Contoso-Certificates", "s3://certificates", "-certificates"])("no bucket is named %s", (name) =>
  expect(() => made(() => name)).toThrow(/customDomain\.trustStore.*a bucket's name/s),
);

it.each([
  { what: "a bucket's name", name: () => "contoso-certificates", uri: '"s3://contoso-certificates/entra.pem"' },
  { what: "a bucket of the same app", name: (stack: Stack) => new Bucket(stack, "Certificates").bucketName, uri: '{"Ref":"Certificates' },
])("takes $what", ({ name, uri }) => expect(made(name)).toContain(uri));

import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import type { GatehouseProps } from "../../lib/gatehouse-options";
import { GatehouseStack } from "../../lib/gatehouse-stack";
import { loadPolicyFolder } from "../../lib/policy-folder/policy-folder";

const policy = loadPolicyFolder("policy");
const customDomain = {
  domainName: "signup.contoso.com",
  certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/00000000-0000-0000-0000-000000000000",
};
const trustStore = { bucketName: "trusted", key: "entra.pem", version: "1" };

/** The logical ids of the deployments of an app without feature flags, as apps of one's own may be. */
function deployments(props: Partial<GatehouseProps>): readonly string[] {
  const app = new App({ context: { "aws:cdk:bundling-stacks": [] } });
  const stack = new GatehouseStack(app, "Gatehouse", { policy, ...props });
  return Object.keys(Template.fromStack(stack).findResources("AWS::ApiGateway::Deployment"));
}

// A stage serves what was there when its deployment was made, whatever has changed since.
it.each<{ change: string; before: Partial<GatehouseProps>; after: Partial<GatehouseProps> }>([
  { change: "a trust store", before: { customDomain }, after: { customDomain: { ...customDomain, trustStore } } },
  { change: "a domain in place of API Gateway's address", before: {}, after: { customDomain } },
  { change: "a gate", before: {}, after: { gates: { suppliers: { policy } } } },
])("$change makes a new deployment of the API's stage, without the CDK's feature flags", ({ before, after }) => {
  const [first] = deployments(before);
  const [second] = deployments(after);
  expect(first).toMatch(/^SignUpApiDeployment/);
  expect(second).not.toBe(first);
});

it("unchanged options keep the deployment of the API's stage", () => {
  expect(deployments({ customDomain })).toEqual(deployments({ customDomain }));
});

import { type DeployedResource, graphRoles, type Stack } from "../../../cli/aws/stack";

const arn = (name: string) => `arn:aws:iam::111111111111:role/${name}`;
const CLIENT = "33333333-3333-3333-3333-333333333333";
const TENANT = "11111111-1111-1111-1111-111111111111";

const resource = (logicalId: string, physicalId: string, properties: object = {}): DeployedResource => ({
  logicalId,
  physicalId,
  properties: properties as DeployedResource["properties"],
  metadata: {},
});

function stackWith(
  outputs: Readonly<Record<string, string>>,
  resources: Readonly<Record<string, readonly DeployedResource[]>> = {},
): Stack {
  const asked = { outputs, output: (name: string) => outputs[name], resources: async (type: string) => resources[type] ?? [] };
  return asked as Partial<Stack> as Stack;
}

it("a stack with client secrets for sign-in has no Graph role", async () => {
  expect(await graphRoles(stackWith({ ApprovalsSecret: "arn:secret" }))).toEqual([]);
});

it("the secret that names a role's application is found by name", async () => {
  expect(await graphRoles(stackWith({ ApprovalsGraphRoleArn: arn("Approvals"), ApprovalsSecret: "arn:secret" }))).toEqual([
    { name: "approvals", arn: arn("Approvals"), secret: "arn:secret" },
  ]);
});

it("a role's application is read from the variables of the functions that assume the role", async () => {
  const variables = (role: string, more: object) => ({
    Environment: { Variables: { GRAPH_ROLE: { "Fn::GetAtt": [role, "Arn"] }, ...more } },
  });
  const stack = stackWith(
    { PartnerArrivalsGraphRoleArn: arn("gate/Gatehouse-Arrivals1A"), DirectoryGraphRoleArn: arn("Gatehouse-Directory2B") },
    {
      "AWS::IAM::Role": [resource("ArrivalsRole", "Gatehouse-Arrivals1A"), resource("DirectoryRole", "Gatehouse-Directory2B")],
      "AWS::Lambda::Function": [
        resource("Plain", "plain"),
        resource("Other", "other", variables("DirectoryRole", {})),
        resource("Finder", "finder", variables("ArrivalsRole", { GRAPH_CLIENT: CLIENT, GRAPH_TENANT: TENANT })),
      ],
    },
  );
  expect(await graphRoles(stack)).toEqual([
    { name: "partner-arrivals", arn: arn("gate/Gatehouse-Arrivals1A"), application: { clientId: CLIENT, tenantId: TENANT } },
    { name: "directory", arn: arn("Gatehouse-Directory2B") },
  ]);
});

import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { healthHandler } from "../../handlers/health";
import { json, refuse } from "../adapters/aws/aws-double";
import { awsWorld, surroundings } from "./invoke";

const { aws, output } = surroundings();

async function asked(): Promise<APIGatewayProxyStructuredResultV2> {
  return (await healthHandler(awsWorld())()) as APIGatewayProxyStructuredResultV2;
}

it("is well where the access list can be read, as a sign-up reads it", async () => {
  aws.will(json({ Responses: {} }));
  expect(await asked()).toMatchObject({ statusCode: 200, body: "ok", headers: { "Cache-Control": "no-store" } });
  expect(aws.calls.at(-1)?.input).toMatchObject({
    RequestItems: { list: { Keys: [{ entry: { S: "*" } }], ConsistentRead: true } },
  });
});

it("is not where it cannot, and the log says why", async () => {
  aws.will(refuse("AccessDeniedException", 400));
  expect(await asked()).toMatchObject({ statusCode: 503, body: "not now" });
  expect(output.text()).toContain("not healthy");
});

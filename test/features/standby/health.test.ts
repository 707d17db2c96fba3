import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { healthHandler } from "../../../features/standby/worker";
import { json, refuse } from "../../adapters/aws/aws-double";
import { awsWorld, surroundings } from "../../lambda/invoke";

const { aws, output } = surroundings();

async function asked(): Promise<APIGatewayProxyStructuredResultV2> {
  return (await healthHandler(awsWorld())()) as APIGatewayProxyStructuredResultV2;
}

it("the standby is healthy if the access list can be read in the way that a sign-up reads it", async () => {
  aws.will(json({ Responses: {} }));
  expect(await asked()).toMatchObject({ statusCode: 200, body: "ok", headers: { "Cache-Control": "no-store" } });
  expect(aws.calls.at(-1)?.input).toMatchObject({
    RequestItems: { list: { Keys: [{ entry: { S: "*" } }], ConsistentRead: true } },
  });
});

it("the health check reads at most once a second, for any number of requests", async () => {
  aws.will(json({ Responses: {} }), json({ Responses: {} }));
  const world = awsWorld();
  let now = 1_000_000;
  const ask = healthHandler({ ...world, clock: { ...world.clock, now: () => now } });
  const reads = () => aws.calls.length;
  const before = reads();
  for (const later of [0, 400, 900]) {
    now = 1_000_000 + later;
    expect(await ask()).toMatchObject({ statusCode: 200 });
  }
  expect(reads() - before).toBe(1);
  now = 1_001_000;
  await ask();
  expect(reads() - before).toBe(2);
});

it("the standby is unhealthy if the list cannot be read, and the log has the reason", async () => {
  aws.will(refuse("AccessDeniedException", 400));
  expect(await asked()).toMatchObject({ statusCode: 503, body: "not now" });
  expect(output.text()).toContain("not healthy");
});

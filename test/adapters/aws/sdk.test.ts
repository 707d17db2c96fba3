import { createServer } from "node:http";
import { GetAccountCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { sdkLimits } from "../../../adapters/aws/sdk";
import { listen, testCredentials } from "../../support/dynamodb";

it("a call ends even if AWS never answers", async () => {
  const silent = createServer(() => undefined);
  const client = new SESv2Client({
    ...sdkLimits,
    maxAttempts: 1,
    requestHandler: { ...sdkLimits.requestHandler, requestTimeout: 50 },
    region: "eu-west-1",
    endpoint: await listen(silent),
    credentials: testCredentials,
  });
  await expect(client.send(new GetAccountCommand({}))).rejects.toMatchObject({ name: "TimeoutError" });
  silent.closeAllConnections();
  silent.close();
}, 2_000);

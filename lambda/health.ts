import type { APIGatewayProxyResultV2 } from "aws-lambda";
import { awsClient, dynamodb } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { systemClock } from "../adapters/system";
import { toItem } from "../adapters/tables/item";
import { batchGet } from "../adapters/tables/table";
import { within } from "../engine/sign-up/time";
import { logger, traceOf } from "./report";

/** A sign-up that waits longer for its read is as good as lost. */
const READ_LIMIT_MS = 2_000;

const client = awsClient(dynamodb);
const tableName = required(environment.accessListTable);
client.warm();

/** Says whether the region does what a sign-up needs: it runs a function, which reads the access list as steps do. */
export async function handler(): Promise<APIGatewayProxyResultV2> {
  const everyone = { tableName, key: toItem({ entry: "*" }) };
  try {
    await within(READ_LIMIT_MS, systemClock, (signal) => batchGet(client, [everyone], signal));
    return { statusCode: 200, headers: { "Cache-Control": "no-store" }, body: "ok" };
  } catch (error) {
    logger.warn("not healthy", traceOf(error));
    return { statusCode: 503, headers: { "Cache-Control": "no-store" }, body: "not now" };
  }
}

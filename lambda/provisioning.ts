import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from "aws-lambda";
import { awsClient, dynamodb } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { approvalStore } from "../adapters/tables/approvals";
import { provisionRequest } from "./provision-request";
import { provisioningTools } from "./provisioning-tools";
import { logger, traceOf } from "./report";

const store = approvalStore(awsClient(dynamodb), required(environment.approvalsTable));
const ready = provisioningTools(store);

/**
 * Makes the accounts of requests that were just approved, all of a batch at the same time: nobody waits for another's.
 * The stream delivers again what failed for want of the table or the secret; whatever is left after that, sweeper finds.
 */
export async function handler({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const tools = await ready();
  if (tools === undefined) return { batchItemFailures: [] };
  const failed = await Promise.all(Records.map(async (record) => ((await succeeds(record)) ? [] : [record])));
  return { batchItemFailures: failed.flat().map(({ dynamodb }) => ({ itemIdentifier: dynamodb?.SequenceNumber ?? "" })) };

  async function succeeds({ dynamodb }: DynamoDBRecord): Promise<boolean> {
    const id = dynamodb?.Keys?.id?.S;
    if (id === undefined || tools === undefined) return true;
    try {
      await provisionRequest(id, tools);
      return true;
    } catch (error) {
      logger.error("provisioning interrupted", { failure: traceOf(error) });
      return false;
    }
  }
}

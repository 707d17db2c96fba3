import type { Context } from "aws-lambda";
import { archiveNews } from "../adapters/audit/archiver";
import { awsClient, dynamodb } from "../adapters/aws/client";
import { environment, required } from "../adapters/aws/environment";
import { objectsKept } from "../adapters/aws/objects";
import { archiveMark } from "../adapters/tables/archive-mark";
import { auditStore } from "../adapters/tables/audit";
import { logger } from "./report";

/** A page of entries is read and put in less. */
const LAST_PAGE_MS = 15_000;

const client = awsClient(dynamodb);
const bucket = required(environment.auditArchive);
const ports = {
  trail: auditStore(client, required(environment.auditTable)),
  archive: objectsKept(bucket),
  mark: archiveMark(client, required(environment.ledgerTable), bucket),
};

/** Copies what the audit trail has told since the last minute to where nobody can change it. Fails where the trail was changed. */
export async function handler(_: unknown, { getRemainingTimeInMillis }: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
  const { entries, flaw } = await archiveNews(ports, () => getRemainingTimeInMillis() > LAST_PAGE_MS);
  if (flaw === undefined) return;
  logger.error("audit trail not as written", { ...flaw, archived: entries });
  throw new Error("The audit trail is not as it was written. The log says where.");
}

import type { DynamoDBRecord } from "aws-lambda";
import { composeHandler } from "../../adapters/aws/compose-handler";
import { environment, requireVariable } from "../../adapters/aws/environment";
import { personHash } from "../../adapters/aws/person-key";
import { changePublisher, kindOfChange } from "../../adapters/publish-changes";
import { streamReader } from "../../adapters/stream-reader";
import type { World } from "../../adapters/world";
import { changeAuditor } from "../audit/store/change-auditor";
import { auditStore } from "../audit/store/trail";
import { deliveryAuditor } from "../audit/worker";
import { events as eventKinds } from "../lists/events";
import { getRowKind } from "../row-kinds";

const publishedTables = ["decisions", "accounts", "listChanges"] as const;

/** The handler also writes operators' changes in the table of decisions into the audit log. */
export function decisionPublisherHandler(world: Pick<World, "settings" | "tables" | "secrets" | "bus" | "clock" | "log">) {
  const publish = changePublisher(world, publishedTables, { rowKindOf: getRowKind, eventKinds });
  const { settings, tables, secrets, clock } = world;
  const auditTable = settings[environment.auditTable];
  const hashes = () => personHash(secrets, requireVariable(environment.personKeySecret, settings), clock)();
  const audit =
    auditTable && deliveryAuditor(clock, changeAuditor({ trail: auditStore(tables, auditTable, hashes), hashes }), isAuditedHere);

  const readStream = streamReader(world, "decision-publisher", async (delivery) => {
    await publish(delivery);
    // The audit log comes last, because each of its entries must be written only once. If a delivery is repeated, only its events are
    // published again, with the same ids.
    if (audit) await audit(delivery);
  });
  return composeHandler(world, readStream);
}

/** True if this worker audits the change. The audit log's own reader audits changes of the other tables. */
function isAuditedHere({ dynamodb }: DynamoDBRecord): boolean {
  return dynamodb !== undefined && kindOfChange(dynamodb, ["decisions"], getRowKind)?.audited !== undefined;
}

import { composeHandler } from "../../../adapters/aws/compose-handler";
import { environment } from "../../../adapters/aws/environment";
import { changePublisher } from "../../../adapters/publish-changes";
import { streamReader } from "../../../adapters/stream-reader";

import type { World } from "../../../adapters/world";
import { changeAuditor } from "../../audit/store/change-auditor";
import { auditStore } from "../../audit/store/trail";
import { deliveryAuditor } from "../../audit/worker";
import { events as eventKinds } from "../../lists/events";
import { getRowKind } from "../../row-kinds";

export function approvalPublisherHandler(world: Pick<World, "settings" | "tables" | "bus" | "clock" | "log">) {
  const publish = changePublisher(world, ["approvals"], { rowKindOf: getRowKind, eventKinds });
  const auditTable = world.settings[environment.auditTable];
  const audit = auditTable && deliveryAuditor(world.clock, changeAuditor({ trail: auditStore(world.tables, auditTable), hashes }));

  const readStream = streamReader(world, "approval-publisher", async (delivery) => {
    // The audit log is written first: if that fails, the stream delivers the change again, and no event is published twice. A change
    // delivered again adds no second entry to the audit log.
    if (audit) await audit(delivery);
    await publish(delivery);
  });
  return composeHandler(world, readStream);
}

/** The function is never called, because the rows of requests already contain the hashes of people. */
const hashes = () => Promise.reject<never>(new Error("No key of people's hashes is known here."));

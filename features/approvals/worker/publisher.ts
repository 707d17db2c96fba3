import { environment } from "../../../adapters/aws/environment";
import { changePublisher } from "../../../adapters/publish-changes";
import { streamReader } from "../../../adapters/stream-reader";

import type { World } from "../../../adapters/world";
import { changeAuditor } from "../../audit/store/change-auditor";
import { auditStore } from "../../audit/store/trail";
import { deliveryAuditor } from "../../audit/worker";
import { eventKinds } from "../../event-kinds";
import { rowKindOf } from "../../row-kinds";

/** Turns what happens to requests into events, and adds to the audit trail who decided on them. */
export function approvalPublisherHandler(world: Pick<World, "settings" | "tables" | "bus" | "clock" | "log">) {
  const publish = changePublisher(world, ["approvals"], { rowKindOf, eventKinds });
  const auditTable = world.settings[environment.auditTable];
  const audit = auditTable && deliveryAuditor(world.clock, changeAuditor({ trail: auditStore(world.tables, auditTable), hashes }));

  return streamReader(world, "approval-publisher", async (delivery) => {
    // First, as an entry is written once: what cannot be audited yet is delivered again, and its event has not gone out.
    if (audit) await audit(delivery);
    await publish(delivery);
  });
}

/** Requests name their people by hash. */
const hashes = () => Promise.reject<never>(new Error("No key of people's hashes is known here."));

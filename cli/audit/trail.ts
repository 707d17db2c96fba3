import { type AuditStore, auditStore } from "../../adapters/tables/audit";
import { numberText } from "../../engine/audit/entry";
import type { Deployment } from "../deployment";
import { CommandError } from "../failure";

/** The trail of a deployment. */
export function trailOf({ dynamodb, tables, place, hashes }: Deployment): AuditStore {
  if (tables.audit === undefined) {
    throw new CommandError(`${place.stack} has no audit trail (output AuditTable): deploy this version of Gatehouse first.`);
  }
  return auditStore(dynamodb, tables.audit, hashes);
}

/** A number as people type it: 42, or with its zeros. */
export function numberFrom(typed: string): string {
  if (/^\d{1,12}$/.test(typed)) return numberText(Number(typed));
  throw new CommandError(`${typed} is no number of an entry: write 42. audit list shows them.`);
}

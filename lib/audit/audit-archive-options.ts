import { oneOf, optional } from "../../engine/schema";
import { optionSchema, wholeNumberOf } from "../options";

/** How the audit trail is archived. */
export interface AuditArchiveOptions {
  /** How long nobody can change or delete an archived entry, in days. It is deleted a day later. */
  readonly keepDays: number;
  /**
   * Whom that holds for. `"governance"`: everybody but those with the permission `s3:BypassGovernanceRetention`.
   * `"compliance"`: everybody, the account's root user too. Nobody can shorten it: try with `governance` first.
   * @default "governance"
   */
  readonly lock?: "governance" | "compliance";
}

/** A century, as S3 has it. */
const MOST_DAYS = 36_500;

/** Mistyped, entries would be kept for too short, or for ever. */
export const auditArchiveOptions = optionSchema<AuditArchiveOptions>({
  keepDays: wholeNumberOf(1, MOST_DAYS),
  lock: optional(oneOf(["governance", "compliance"], "")),
});

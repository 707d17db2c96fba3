import { SetupError } from "../setup-error";

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

/** For those who write no TypeScript: mistyped, entries would be kept for too short, or for ever. */
export function checkedArchive({ keepDays, lock = "governance" }: AuditArchiveOptions): Required<AuditArchiveOptions> {
  if (!Number.isSafeInteger(keepDays) || keepDays < 1 || keepDays > MOST_DAYS) {
    throw new SetupError(
      `auditArchive.keepDays is ${JSON.stringify(keepDays)}; it has to be a whole number of days, from 1 to ${MOST_DAYS}.`,
    );
  }
  if (lock !== "governance" && lock !== "compliance") {
    throw new SetupError(`auditArchive.lock is ${JSON.stringify(lock)}; it must be "governance" or "compliance", or left out.`);
  }
  return { keepDays, lock };
}

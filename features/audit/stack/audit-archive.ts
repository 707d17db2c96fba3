import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectLockRetention, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import * as v from "valibot";
import { workerEnvironment } from "../../../adapters/aws/environment";
import { wholeNumber } from "../../../engine/fields";
import { optionSchema } from "../../../engine/option-schema";
import type { GateScope, StackFeature } from "../../../lib/feature";
import { PERIOD } from "../../../lib/operations/alarms";
import { Encryption, keyAt } from "../../../lib/resources/encryption";
import { startEvery } from "../../../lib/resources/event-rules";
import { featureWorker, grantWorkNotes } from "../../../lib/resources/gatehouse-function";
import { ARCHIVE_PREFIX } from "../store/archiver";

const EVERY = Duration.minutes(1);

/** Copies the audit trail to a bucket whose objects cannot be changed or deleted before their time. */
class AuditArchive extends Construct {
  private readonly bucket: Bucket;

  constructor(gatehouse: GateScope, id: string, { keepDays, lock = "governance" }: AuditArchiveOptions) {
    super(gatehouse, id);
    const { audit: trail, ledger } = gatehouse.tables;
    this.bucket = this.makeBucket({ keepDays, lock });
    const lambda = featureWorker(gatehouse, this, "Function", {
      description: "Copies the audit trail to the bucket of its archive",
      entry: "audit/audit-archive",
      environment: { [workerEnvironment.auditArchive]: this.bucket.bucketName },
      // A run ends before the next run starts, because two concurrent runs would do the same work.
      timeout: EVERY.minus(Duration.seconds(5)),
    });
    // Lets the function add new objects. It cannot read, list, delete, unlock or overwrite an object.
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ["s3:PutObject"],
        resources: [this.bucket.arnForObjects("entries/*")],
        conditions: { Null: { "s3:if-none-match": "false" } },
      }),
    );
    Encryption.of(this)?.allow(lambda, "s3", "GenerateDataKey");
    trail.grantRows(lambda, "Query");
    // The archive's progress is a row under this prefix.
    ledger.grantRowsUnder(lambda, ARCHIVE_PREFIX, "GetItem", "PutItem");
    grantWorkNotes(gatehouse, lambda, "audit-archive");
    startEvery(EVERY, lambda, this, {
      description: "Starts the archiving of the audit trail",
      standby: gatehouse.standby,
      next: "minute's",
    });
    const name = Stack.of(this).resolve((this.bucket.node.defaultChild as CfnBucket).logicalId);
    Validations.of(lambda.role as IRole).acknowledge({
      id: `AwsSolutions-IAM5[Resource::<${name}.Arn>/entries/*]`,
      reason: "The names of objects are not known before it runs: those that it may add begin with entries/.",
    });
    gatehouse.alarms.alarmOn("AuditArchive", {
      metric: lambda.metricErrors({ period: PERIOD }),
      what: "The audit trail could not be archived, or is not as it was written.",
    });
    gatehouse.addOutput("AuditArchiveUrl", `s3://${this.bucket.bucketName}`, "The audit trail's archive, for audit verify --archive");
  }

  /** The bucket is removed only if the first deployment fails. */
  private makeBucket({ keepDays, lock }: Required<AuditArchiveOptions>): Bucket {
    const encryptionKey = keyAt(this);
    const bucket = new Bucket(this, "Bucket", {
      versioned: true,
      objectLockEnabled: true,
      objectLockDefaultRetention: ObjectLockRetention[lock](Duration.days(keepDays)),
      lifecycleRules: [
        { expiration: Duration.days(keepDays + 1), noncurrentVersionExpiration: Duration.days(1) },
        { expiredObjectDeleteMarker: true },
      ],
      encryption: encryptionKey === undefined ? BucketEncryption.S3_MANAGED : BucketEncryption.KMS,
      ...(encryptionKey && { encryptionKey, bucketKeyEnabled: true }),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    Validations.of(bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason:
        "The archive names nobody, and shows what was written to it. CloudTrail's data events say who read it, if they are switched on.",
    });
    return bucket;
  }
}

/** Retention of archived entries, and the mode of their lock. */
export interface AuditArchiveOptions {
  /** Days for which an archived entry cannot be changed or deleted. It is deleted a day later. */
  readonly keepDays: number;
  /**
   * The lock's mode. `"governance"` binds everyone without the permission `s3:BypassGovernanceRetention`. `"compliance"` binds everyone,
   * even the account's root user, and cannot be shortened: try `governance` first.
   * @default "governance"
   */
  readonly lock?: "governance" | "compliance";
}

/** A century: S3's maximum. */
const MOST_DAYS = 36_500;

/** Refuses unknown options and wrong values, because a mistyped one would keep entries too briefly, or for ever. */
const options = optionSchema<AuditArchiveOptions>({
  keepDays: wholeNumber("", 1, MOST_DAYS),
  lock: v.optional(v.picklist(["governance", "compliance"])),
});

export interface AuditArchiveOption {
  /**
   * Copies the audit trail to a bucket where nobody can change or delete an entry for `keepDays` days, for example `{ keepDays: 365 }`. See
   * docs/audit-archive.md.
   * @default none: the trail is only in its table
   */
  readonly auditArchive?: AuditArchiveOptions;
}

export const auditArchiveFeature: StackFeature<AuditArchiveOption, void> = {
  order: 78,
  name: "audit-archive",
  options: optionSchema<AuditArchiveOption>({ auditArchive: v.optional(options) }),
  servedLocally: () => ({ auditArchive: undefined }),
  build(scope, { auditArchive: archiveOptions }) {
    if (archiveOptions !== undefined) new AuditArchive(scope, "AuditArchive", archiveOptions);
  },
};

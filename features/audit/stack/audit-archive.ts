import { Duration, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectLockRetention, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import * as v from "valibot";
import { workerEnvironment } from "../../../adapters/aws/worker-environment";
import { wholeNumber } from "../../../engine/fields";
import { optionSchema } from "../../../engine/option-schema";
import type { GateScope, StackFeature } from "../../../lib/feature";
import { PERIOD } from "../../../lib/operations/alarms";
import { sourceFile } from "../../../lib/resources/bundle";
import { Encryption, keyAt } from "../../../lib/resources/encryption";
import { gatehouseFunction, WORKER_MEMORY_MB } from "../../../lib/resources/gatehouse-function";
import { startEvery } from "../../../lib/resources/schedule";
import { ARCHIVE_PREFIX } from "../store/archive-mark";

const EVERY = Duration.minutes(1);

/** Copies the audit trail to a bucket whose objects nobody can change or delete before their time. */
class AuditArchive extends Construct {
  private readonly bucket: Bucket;

  constructor(gatehouse: GateScope, id: string, { keepDays, lock = "governance" }: AuditArchiveOptions) {
    super(gatehouse, id);
    const { audit: trail, ledger } = gatehouse.tables;
    this.bucket = this.makeBucket({ keepDays, lock });
    const lambda = gatehouseFunction(this, "Function", {
      ...gatehouse.functionDefaults,
      description: "Copies the audit trail to the bucket of its archive",
      entry: sourceFile("features", "audit", "audit-archive.lambda"),
      environment: { [workerEnvironment.auditArchive]: this.bucket.bucketName },
      memoryMb: WORKER_MEMORY_MB,
      // Two runs at a time would do the same.
      timeout: EVERY.minus(Duration.seconds(5)),
    });
    // Not to read, list, delete or unlock, and never over what is there.
    lambda.addToRolePolicy(
      new PolicyStatement({
        actions: ["s3:PutObject"],
        resources: [this.bucket.arnForObjects("entries/*")],
        conditions: { Null: { "s3:if-none-match": "false" } },
      }),
    );
    Encryption.of(this)?.allow(lambda, "s3", "GenerateDataKey");
    trail.grantRows(lambda, "Query");
    // How far the trail is archived.
    ledger.grantRowsUnder(lambda, ARCHIVE_PREFIX, "GetItem", "PutItem");
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

  /** A first deployment that fails leaves no bucket behind, and any other leaves it. */
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

/** How long the archive of the audit trail keeps entries, and who may shorten that. */
export interface AuditArchiveOptions {
  /** For how many days nobody can change or delete an archived entry. It is deleted a day later. */
  readonly keepDays: number;
  /**
   * Who is bound by it. `"governance"`: everybody without the permission `s3:BypassGovernanceRetention`. `"compliance"`:
   * everybody, even the account's root user, and nobody can shorten it: try `governance` first.
   * @default "governance"
   */
  readonly lock?: "governance" | "compliance";
}

/** A century, as S3 has it. */
const MOST_DAYS = 36_500;

/** Mistyped, entries would be kept for too short, or for ever. */
const options = optionSchema<AuditArchiveOptions>({
  keepDays: wholeNumber("", 1, MOST_DAYS),
  lock: v.optional(v.picklist(["governance", "compliance"])),
});

export interface AuditArchiveOption {
  /**
   * Copies the audit trail to a bucket where nobody can change or delete it for this time: `{ keepDays: 365 }`. See
   * docs/audit-archive.md.
   * @default none: the trail is only in its table
   */
  readonly auditArchive?: AuditArchiveOptions;
}

/** The audit trail's archive. */
export const auditArchiveFeature: StackFeature<AuditArchiveOption, void> = {
  name: "audit-archive",
  options: optionSchema<AuditArchiveOption>({ auditArchive: v.optional(options) }),
  servedLocally: () => ({ auditArchive: undefined }),
  build(scope, { auditArchive: given }) {
    if (given !== undefined) new AuditArchive(scope, "AuditArchive", given);
  },
};

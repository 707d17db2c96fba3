import { Aws, Duration, Fn, RemovalPolicy, Validations } from "aws-cdk-lib";
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from "aws-cdk-lib/aws-backup";
import { Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { Schedule } from "aws-cdk-lib/aws-events";
import { ManagedPolicy, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import * as v from "valibot";
import { wholeNumber } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import type { StackFeature } from "../../lib/feature";
import type { GatehouseScope } from "../../lib/gatehouse-scope";
import { keyAt } from "../../lib/resources/encryption";
import { RetainedTable } from "../../lib/resources/retained-table";

/** Options of daily backups. */
export interface TableBackupOptions {
  /** Days that each backup is kept. */
  readonly keepDays: number;
}

/** A century. AWS Backup's own limit is higher. */
const MOST_DAYS = 36_500;

const options = optionSchema<TableBackupOptions>({ keepDays: wholeNumber("", 1, MOST_DAYS) });

export interface BackupOption {
  /**
   * AWS Backup backs up every table once a day, to a vault that outlives the stack: `{ keepDays: 365 }`. Costs about $0.10 a
   * month for each gigabyte of each backup: docs/backup.md.
   * @default none: only point-in-time recovery, for 35 days
   */
  readonly backup?: TableBackupOptions;
}

export const stack: StackFeature<BackupOption, void> = {
  order: 81,
  name: "backup",
  options: optionSchema<BackupOption>({ backup: v.optional(options) }),
  servedLocally: () => ({ backup: undefined }),
  build(scope, { backup: backupOptions }) {
    if (backupOptions !== undefined) new TableBackups(scope, "Backups", backupOptions);
  },
};

/**
 * Daily backups, which AWS keeps longer than the 35 days of point-in-time recovery. They are separate from the tables, and remain if
 * somebody deletes the tables.
 */
class TableBackups extends Construct {
  /** Must be called after all tables exist, so that the backup includes them. */
  constructor(gatehouse: GatehouseScope, id: string, { keepDays }: TableBackupOptions) {
    super(gatehouse, id);
    const vault = new BackupVault(this, "Vault", {
      backupVaultName: vaultName(this),
      encryptionKey: keyAt(this),
      // The vault is removed only if the first deployment fails. AWS refuses to delete a vault that contains backups.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const plan = new BackupPlan(this, "Plan", { backupVault: vault });
    plan.addRule(
      new BackupPlanRule({
        ruleName: "daily",
        scheduleExpression: Schedule.cron({ hour: "2", minute: "0" }),
        deleteAfter: Duration.days(keepDays),
      }),
    );
    const tables = gatehouse.node.findAll().filter((each) => each instanceof RetainedTable);
    plan.addSelection("Tables", {
      role: this.makeRole(),
      resources: tables.map(({ table }) => BackupResource.fromArn(table.tableArn)),
      disableDefaultBackupPolicy: true,
    });
    const metric = new Metric({
      namespace: "AWS/Backup",
      metricName: "NumberOfBackupJobsFailed",
      dimensionsMap: { BackupVaultName: vault.backupVaultName },
      statistic: Stats.SUM,
      period: Duration.hours(1),
    });
    gatehouse.alarms.alarmOn("BackupFailed", { metric, what: "A table's daily backup failed." });
  }

  private makeRole(): Role {
    const policy = "service-role/AWSBackupServiceRolePolicyForBackup";
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("backup.amazonaws.com"),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName(policy)],
    });
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${policy}]`,
      reason:
        "AWS Backup's documented policy for its own role, which AWS keeps in step with what its jobs call. Only AWS Backup takes the role.",
    });
    return role;
  }
}

/**
 * A vault outlives its stack, and its name must be unique in the account. So each stack gives its vault another name, even if the stacks
 * have the same name.
 */
function vaultName(scope: Construct): string {
  const ofStack = Fn.select(2, Fn.split("/", Aws.STACK_ID));
  return Fn.join("-", [scope.node.addr.slice(-8), ofStack]);
}

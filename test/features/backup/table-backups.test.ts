import { Match } from "aws-cdk-lib/assertions";
import { tables } from "../../../adapters/tables/tables";
import { synthesize } from "../../support/synth";

const console = { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" };

describe("backup", () => {
  const { template } = synthesize({ backup: { keepDays: 90 }, console });

  it("copies every table once a day, and keeps each copy for the set number of days", () => {
    template.hasResourceProperties("AWS::Backup::BackupPlan", {
      BackupPlan: { BackupPlanRule: [Match.objectLike({ Lifecycle: { DeleteAfterDays: 90 }, ScheduleExpression: "cron(0 2 * * ? *)" })] },
    });
    const [selection] = Object.values(template.findResources("AWS::Backup::BackupSelection"));
    expect(selection?.Properties.BackupSelection.Resources).toHaveLength(Object.keys(tables).length);
  });

  it("leaves its vault if the stack is deleted, but not if the first deployment fails", () => {
    template.hasResource("AWS::Backup::BackupVault", { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
    expect(JSON.stringify(template.findResources("AWS::Backup::BackupVault"))).toContain("AWS::StackId");
  });

  it("is off by default", () => {
    synthesize({}).template.resourceCountIs("AWS::Backup::BackupVault", 0);
  });

  it.each([0, -1, 1.5, Number.NaN, 1e9])("is refused at synth if its number of days is %d", (keepDays) => {
    expect(() => synthesize({ backup: { keepDays } })).toThrow(/backup.keepDays is/);
  });
});

import { AwsError } from "../../adapters/aws/client";
import { sts } from "../../adapters/aws/form-query";
import { qualifierOf } from "./account-checks";
import { type Fault, inAccount, nothingWrong } from "./check";

/** Roles of the bootstrap stack that every deployment takes. */
const ROLES = ["deploy", "file-publishing"];

/** Whether `cdk deploy` may take the roles that it works by. Taking one changes nothing. */
export const deployRolesCheck = inAccount("deploy-roles", async (account, { app }, signal) => {
  const names = ROLES.map((role) => `cdk-${qualifierOf(app)}-${role}-role-${account.id}-${account.region}`);
  const refused = await Promise.all(
    names.map(async (name): Promise<readonly string[]> => {
      const RoleArn = `arn:${partitionOf(account.region)}:iam::${account.id}:role/${name}`;
      const form = { Action: "AssumeRole", Version: "2011-06-15", RoleArn, RoleSessionName: "gatehouse-doctor", DurationSeconds: "900" };
      try {
        await account.query(sts, form, signal);
        return [];
      } catch (error) {
        if (error instanceof AwsError && error.name === "AccessDenied") return [name];
        throw error;
      }
    }),
  );
  return refused.flat().length === 0 ? nothingWrong : [deniedFault(refused.flat())];
});

function deniedFault(roles: readonly string[]): Fault {
  return {
    id: "deploy-roles.denied",
    what: `These credentials may not take ${roles.join(" and ")}: npx cdk deploy would go on with their own rights.`,
    mend: "Grant who runs this docs/permissions/deploy.json, as docs/permissions.md says; where the roles are missing, bootstrap the region.",
  };
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

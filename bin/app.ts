import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { GatehouseStack } from "../lib/gatehouse-stack";
import { loadPolicyFolder, PolicyError } from "../lib/policy-folder";
import { checkPolicyTypes } from "../lib/policy-types";

try {
  const app = new App();
  const folder: string = app.node.tryGetContext("policy") ?? "policy";
  checkPolicyTypes(folder);
  new GatehouseStack(app, "Gatehouse", {
    policy: loadPolicyFolder(folder),
    // alarmEmail: "it@contoso.com",
    // dashboard: true,
    // waf: true,
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
} catch (error) {
  if (!(error instanceof PolicyError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { GatehouseStack } from "../lib/gatehouse-stack";
import { PolicyError } from "../lib/policy-folder/policy-folder";
import { SetupError } from "../lib/setup-error";
import { readSettings } from "./settings";

try {
  const app = new App();
  new GatehouseStack(app, "Gatehouse", readSettings(app));
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
} catch (error) {
  if (!(error instanceof PolicyError || error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

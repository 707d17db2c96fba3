import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { GatehouseStack } from "../lib/gatehouse-stack";
import { runApp } from "../lib/run-app";
import { isServedLocally } from "../lib/served-locally";
import { readSettings } from "../lib/settings";

runApp((app) => {
  new GatehouseStack(app, "Gatehouse", readSettings(app));
  // It takes a second, and matters where a template is deployed.
  if (!isServedLocally(app)) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
});

import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { isServedLocally } from "../lib/served-locally";
import { GatehouseStack, readSettings, runApp } from "./cdk";

runApp((app) => {
  new GatehouseStack(app, "Gatehouse", readSettings(app));
  // It takes a second, and matters where a template is deployed.
  if (!isServedLocally(app)) Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
});

import { Validations } from "aws-cdk-lib";
import { isServedLocally } from "../lib/served-locally";
import { GatehouseStack, readSettings, runApp } from "./cdk";

runApp((app) => {
  new GatehouseStack(app, "Gatehouse", readSettings(app));
  if (isServedLocally(app)) return;
  // The module is loaded only here, for three reasons. It takes a second. It is needed only where a template is deployed. It is not among
  // the packages that `npm start` installs.
  const { AwsSolutionsChecks } = require("cdk-nag") as typeof import("cdk-nag");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
});

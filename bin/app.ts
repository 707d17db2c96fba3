import { Validations } from "aws-cdk-lib";
import { isServedLocally } from "../lib/served-locally";
import { GatehouseStack, readSettings, runApp } from "./cdk";

runApp((app) => {
  new GatehouseStack(app, "Gatehouse", readSettings(app));
  if (isServedLocally(app)) return;
  // Loaded here: it takes a second, matters where a template is deployed, and what `npm start` installs is without it.
  const { AwsSolutionsChecks } = require("cdk-nag") as typeof import("cdk-nag");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
});

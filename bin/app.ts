import { Validations } from "aws-cdk-lib";
import { isServedLocally } from "../lib/stage";
import { GatehouseStack, readSettings, runApp } from "./cdk";

runApp((app) => {
  new GatehouseStack(app, "Gatehouse", readSettings(app));
  if (isServedLocally(app)) return;
  // `npm start` does not load cdk-nag: loading it takes a second, and `npm start` does not install it.
  const { AwsSolutionsChecks } = require("cdk-nag") as typeof import("cdk-nag");
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
});

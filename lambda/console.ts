import gates from "#gates";
import afterSignIn from "#policy/after-sign-in";
import beforeCreateUser from "#policy/before-create-user";
import { awsLog } from "../adapters/aws/log";
import { awsAlarms, awsBus, awsFunctions, awsRuntime, awsSecrets, awsTables } from "../adapters/aws/world";
import { consoleHandler } from "../handlers/console";

export const handler = consoleHandler({ steps: [afterSignIn, beforeCreateUser], gates })({
  ...awsRuntime(),
  ...awsLog(),
  ...awsTables(),
  ...awsSecrets(),
  ...awsFunctions(),
  ...awsAlarms(),
  ...awsBus(),
});

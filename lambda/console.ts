import gates from "#gates";
import afterSignIn from "#policy/after-sign-in";
import beforeCreateUser from "#policy/before-create-user";
import { awsAlarms } from "../adapters/aws/alarms";
import { awsBus } from "../adapters/aws/event-bus";
import { awsFunctions } from "../adapters/aws/functions";
import { awsTables } from "../adapters/aws/sdk-tables";
import { awsTemplates } from "../adapters/aws/templates";
import { awsLog } from "../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../adapters/aws/world-parts";
import { consoleHandler } from "../handlers/console";

export const handler = consoleHandler({ steps: [afterSignIn, beforeCreateUser], gates })({
  ...awsRuntime(),
  ...awsLog(),
  ...awsTables(),
  ...awsSecrets(),
  ...awsFunctions(),
  ...awsAlarms(),
  ...awsTemplates(),
  ...awsBus(),
});

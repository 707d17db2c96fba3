import { awsBus } from "../../adapters/aws/event-bus";
import { awsTables } from "../../adapters/aws/sdk-tables";
import { awsLog } from "../../adapters/aws/world";
import { awsRuntime, awsSecrets } from "../../adapters/aws/world-parts";
import { awsMail } from "../../adapters/mail/send";
import { approvalMailHandler } from "./worker/approval-mail";

// The build replaces the variable with the texts of your policy.
export const handler = approvalMailHandler(process.env.MAIL_TEXTS)({
  ...awsRuntime(),
  ...awsLog(),
  ...awsSecrets(),
  ...awsTables(),
  ...awsMail(),
  ...awsBus(),
});

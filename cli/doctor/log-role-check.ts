import { stackNameOf } from "../../adapters/aws/deployment-name";
import type { Endpoint } from "../../adapters/aws/form-query";
import { inAccount, nothingWrong } from "./check";

export const apiGateway: Endpoint = { name: "apigateway", endpointVariable: "AWS_ENDPOINT_URL_API_GATEWAY" };
/** CloudFormation puts so much of a stack's name in front of a role's. */
const NAME_IN_ROLE = 24;

/** The account's role for API Gateway's logs: there where the stack leaves it alone, nobody else's where it sets it. */
export const logRoleCheck = inAccount("log-role", async (account, { settings, options }, signal) => {
  const { cloudwatchRoleArn: role } = await account.get<{ cloudwatchRoleArn?: string }>(apiGateway, "/account", signal);
  if (settings.setsApiLogRole === false) {
    if (role !== undefined) return nothingWrong;
    const what = `API Gateway has no role to write logs with in ${account.region}, and setsApiLogRole is false.`;
    return [{ id: "log-role.missing", what, mend: "Take setsApiLogRole out of settings.ts, or give the account a role: docs/stages.md." }];
  }
  const own = `${stackNameOf(options.stack).slice(0, NAME_IN_ROLE)}-ApiGatewayLogs`;
  if (role === undefined || role.split("/").at(-1)?.startsWith(own)) return nothingWrong;
  const what = `The account writes API Gateway's logs in ${account.region} by the role ${role}, and this stack would set another.`;
  return [{ id: "log-role.taken", what, mend: "Write setsApiLogRole: false in settings.ts, and it uses that one." }];
});

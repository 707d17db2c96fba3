import { Duration } from "aws-cdk-lib";
import { PayloadFormatVersion } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { mailEnvironment } from "../../../adapters/mail/mail-place";
import type { GateScope } from "../../../lib/feature";
import { PERIOD } from "../../../lib/operations/alarms";
import type { DomainCertificate } from "../../../lib/resources/domain-options";
import { featureFunction } from "../../../lib/resources/gatehouse-function";
import { HttpApiDomain, LoggedHttpApi, pathlessLogFields, STRANGERS_LIMIT } from "../../../lib/resources/http-api";
import { grantDenials } from "../../access-list/stack/list-grants";
import { DOMAIN_COUNTS_PREFIX } from "../../counts/store/domain-counts";
import { LOOK_ALIKE_PREFIX } from "../../look-alikes/store";
import { DELEGATIONS_ID } from "../store/delegations";

export interface MailDecisionsProps {
  /** The console's page of a request. Undefined without a console. */
  readonly consoleUrl: string | undefined;
  /** @default the address from API Gateway */
  readonly domain?: MailDecisionsDomain | undefined;
}

/** Your own domain for the links in approvers' mail. */
export interface MailDecisionsDomain extends DomainCertificate {
  readonly domainName: string;
}

const TIMEOUT = Duration.seconds(15);

/** The page where approvers and sponsors decide from their mail. Its function writes only what a decision changes. */
export class MailDecisions extends Construct {
  readonly function: LambdaFunction;
  /** The page's address. Links add the request and their secret. */
  readonly url: string;

  constructor(gatehouse: GateScope, id: string, { consoleUrl, domain }: MailDecisionsProps) {
    super(gatehouse, id);
    const { approvals: table, accessList, ledger } = gatehouse.tables;
    this.function = featureFunction(gatehouse, this, "Function", {
      description: "Shows approvers and sponsors what their mail asks, and takes their decision",
      entry: "approvals/mail-decisions",
      environment: { ...(consoleUrl !== undefined && { [mailEnvironment.consoleUrl]: consoleUrl }) },
      timeout: TIMEOUT,
    });
    // No permission for an index, so that the function cannot find other requests than the one that a link names.
    table.grantRows(this.function, "BatchGetItem", "PutItem");
    // Lets the function read the one row with all delegations.
    ledger.grantRowsUnder(this.function, DELEGATIONS_ID, "GetItem");
    // Lets the function warn of an address whose domain only looks like a known domain.
    ledger.grantRowsUnder(this.function, [LOOK_ALIKE_PREFIX, DOMAIN_COUNTS_PREFIX], "BatchGetItem");
    accessList.grantRows(this.function, "BatchGetItem");
    grantDenials(this.function, gatehouse);
    const api = new LoggedHttpApi(gatehouse, this, "Api", {
      description: "Where approvers and sponsors decide from their mail",
      ...STRANGERS_LIMIT,
      logFields: pathlessLogFields,
      disableExecuteApiEndpoint: domain !== undefined,
      defaultIntegration: new HttpLambdaIntegration("Page", this.function, { payloadFormatVersion: PayloadFormatVersion.VERSION_2_0 }),
    });
    api.acknowledgeOpenRoutes("The secret in a link identifies the person who got it by mail: the function checks it.");
    if (domain !== undefined) {
      const option = "approvalMail.decideFromMail";
      new HttpApiDomain(gatehouse, this, "Domain", { api, ...domain, option, output: "MailDecisionsDomainTarget" });
    }
    this.url = `${domain === undefined ? api.apiEndpoint : `https://${domain.domainName}`}/decide`;
    gatehouse.alarms.alarmOn("MailDecisionErrors", {
      metric: api.metricServerError({ period: PERIOD, statistic: Stats.SUM }),
      what: "The page where approvers decide from their mail failed.",
    });
    gatehouse.addOutput("MailDecisionsUrl", this.url, "Where the links in mail to approvers lead");
  }
}

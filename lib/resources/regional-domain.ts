import type { IStage } from "aws-cdk-lib/aws-apigateway";
import { CfnApiMapping, DomainName, type DomainNameProps, type IStage as IHttpStage, SecurityPolicy } from "aws-cdk-lib/aws-apigatewayv2";
import type { Construct } from "constructs";

/**
 * A domain name of your own for the stage of a REST or HTTP API. Both kinds have the same resources here, so that CloudFormation
 * moves the name from one to the other: API Gateway gives a name once, and a resource keeps its type.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export function nameStage(scope: Construct, apiId: string, stage: IStage | IHttpStage, props: DomainNameProps): DomainName {
  const name = new DomainName(scope, "Name", { ...props, securityPolicy: SecurityPolicy.TLS_1_2 });
  const mapping = new CfnApiMapping(scope, "Mapping", { apiId, stage: stage.stageName, domainName: name.name });
  mapping.node.addDependency(stage);
  return name;
}

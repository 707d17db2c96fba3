import { ApiMapping, DomainName, SecurityPolicy } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { Construct } from "constructs";
import type { GatehouseScope } from "../gatehouse-scope";
import type { LoggedHttpApi } from "../resources/http-api";

export interface ConsoleDomainProps {
  readonly api: LoggedHttpApi;
  readonly domainName: string;
  readonly certificateArn: string;
}

/** The console under a domain name of your own. */
export class ConsoleDomain extends Construct {
  constructor(gatehouse: GatehouseScope, scope: Construct, id: string, { api, domainName, certificateArn }: ConsoleDomainProps) {
    super(scope, id);
    const name = new DomainName(this, "Name", {
      domainName,
      certificate: Certificate.fromCertificateArn(this, "Certificate", certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    const mapping = new ApiMapping(this, "Mapping", { api, stage: api.stage, domainName: name });
    mapping.node.addDependency(api.stage);
    gatehouse.addOutput("ConsoleDomainTarget", name.regionalDomainName, `What ${domainName} has to point at`);
  }
}

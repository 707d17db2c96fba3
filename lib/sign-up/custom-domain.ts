import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import { Construct } from "constructs";
import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { SetupError } from "../errors";
import type { GatehouseScope } from "../gatehouse-scope";
import { textFitting } from "../options";
import {
  type DomainCertificate,
  type DomainTarget,
  domainCertificate,
  domainCertificateOptions,
  type HostedZoneOption,
  hostedZoneId,
  hostedZoneOption,
  makeAliasRecord,
} from "../resources/domain-options";
import { HOST_NAME, LoggedHttpApi, nameStage } from "../resources/http-api";
import { type TrustStore, trustStoreAt, trustStoreOptions } from "./trust-store";

/** This region's role in a domain that two regions share. */
export interface FailoverOptions {
  /** The public hosted zone of the domain in Route 53: "Z0123456789ABCDEFGHIJ". */
  readonly hostedZoneId: string;
  /**
   * The "primary" region answers while it is healthy, otherwise the "secondary". Of the two regions, one is "primary" and the other
   * "secondary".
   */
  readonly record: "primary" | "secondary";
}

export const failoverOptions = optionSchema<FailoverOptions>({
  hostedZoneId,
  record: v.picklist(["primary", "secondary"]),
});

/** The domain that connectors call, and its certificate: docs/settings.md. */
export interface CustomDomainOptions extends DomainCertificate {
  /**
   * The domain's name: "signup.contoso.com". If you give no `hostedZone`, make a CNAME record from this name to the stack's output
   * DomainTarget.
   */
  readonly domainName: string;
  /** The public hosted zone of the domain in Route 53, in which the stack makes the domain's record. @default you make the record */
  readonly hostedZone?: HostedZoneOption | undefined;
  /** Mutual TLS: docs/settings.md, "Client certificates". @default callers show user name and password */
  readonly trustStore?: TrustStore;
  /** This region's role if two regions serve the domain, which must be in Route 53 (docs/second-region.md). @default one region */
  readonly failover?: FailoverOptions | undefined;
}

export const customDomainOptions = optionSchema<CustomDomainOptions>({
  domainName: textFitting("a host name in lower case, such as signup.contoso.com", HOST_NAME),
  hostedZone: v.optional(hostedZoneOption),
  ...domainCertificateOptions,
  trustStore: v.optional(trustStoreOptions),
  failover: v.optional(failoverOptions),
});

/** Your own domain name for the API that connectors call. */
export class CustomDomain extends Construct {
  /** The API's address, with a slash at the end. */
  readonly url: string;
  readonly target: DomainTarget;

  constructor(gatehouse: GatehouseScope, id: string, props: CustomDomainOptions & { readonly api: RestApi | LoggedHttpApi }) {
    super(gatehouse, id);
    const { api, domainName, hostedZone, trustStore, failover } = props;
    if (hostedZone !== undefined && failover !== undefined)
      throw new SetupError("customDomain has hostedZone and failover, and each makes the domain's record: leave out hostedZone.");
    const [apiId, stage] = api instanceof LoggedHttpApi ? [api.apiId, api.stage] : [api.restApiId, api.deploymentStage];
    const name = nameStage(this, apiId, stage, {
      domainName,
      certificate: domainCertificate(this, "customDomain", props),
      mtls: trustStore && trustStoreAt(this, trustStore),
    });
    this.target = { dnsName: name.regionalDomainName, hostedZoneId: name.regionalHostedZoneId };
    if (hostedZone !== undefined) makeAliasRecord(this, { domainName, hostedZone, target: this.target, option: "customDomain" });
    gatehouse.addOutput("DomainTarget", this.target.dnsName, `What ${domainName} has to point at`);
    this.url = `https://${domainName}/`;
  }
}

import { Token } from "aws-cdk-lib";
import { Certificate, type ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import { CfnRecordSet, type IHostedZone } from "aws-cdk-lib/aws-route53";
import type { Construct } from "constructs";
import * as v from "valibot";
import { SetupError } from "../errors";
import { constructWith, textFitting } from "../options";
import { assertOwnRegion } from "../place";

/** The certificate of your own domain, in AWS Certificate Manager in the stack's region. */
export interface DomainCertificate {
  /** The certificate's ARN. @default the ARN of `certificate` */
  readonly certificateArn?: string;
  /** The certificate's construct in your app. @default the certificate with the ARN `certificateArn` */
  readonly certificate?: ICertificate;
}

const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/;

export const domainCertificateOptions = {
  certificateArn: v.optional(textFitting("the ARN of a certificate in AWS Certificate Manager", CERTIFICATE_ARN)),
  certificate: v.optional(constructWith<ICertificate>("certificateArn", "a certificate")),
};

/** Throws a SetupError unless the options name one certificate. @param option name of the option with the certificate, for messages */
export function domainCertificate(scope: Construct, option: string, { certificate, certificateArn }: DomainCertificate): ICertificate {
  if (certificate !== undefined && certificateArn === undefined) return certificate;
  if (certificate === undefined && certificateArn !== undefined) {
    assertOwnRegion(scope, { option: `${option}.certificateArn`, what: "a certificate", arn: certificateArn });
    return Certificate.fromCertificateArn(scope, "Certificate", certificateArn);
  }
  throw new SetupError(`${option} needs a certificate: give one of certificate and certificateArn.`);
}

/** The public hosted zone of a domain in Route 53: its id, or its construct. */
export type HostedZoneOption = string | IHostedZone;

export const hostedZoneId = textFitting('the id of a hosted zone in Route 53, such as "Z0123456789ABCDEFGHIJ"', /^Z[A-Z0-9]{1,31}$/);
export const hostedZoneOption = v.union([hostedZoneId, constructWith<IHostedZone>("hostedZoneId", "a hosted zone")]);

/** The address in API Gateway to which a custom domain's DNS record points. */
export interface DomainTarget {
  readonly dnsName: string;
  readonly hostedZoneId: string;
}

interface AliasRecordProps {
  readonly domainName: string;
  readonly hostedZone: HostedZoneOption;
  readonly target: DomainTarget;
  readonly option: string;
}

/** Makes a DNS record that points the domain at API Gateway. Throws a SetupError if the domain is not in the zone. */
export function makeAliasRecord(scope: Construct, { domainName, hostedZone, target, option }: AliasRecordProps): void {
  const zone = zoneName(hostedZone);
  if (zone !== undefined && domainName !== zone && !domainName.endsWith(`.${zone}`))
    throw new SetupError(`${option}.hostedZone is the zone of ${zone}, which ${domainName} is not in.`);
  new CfnRecordSet(scope, "Alias", {
    name: domainName,
    type: "A",
    hostedZoneId: typeof hostedZone === "string" ? hostedZone : hostedZone.hostedZoneId,
    aliasTarget: { ...target },
  });
}

/**
 * Returns the zone's name in lower case. Undefined if the option is an id, if the construct was made from an id alone (its `zoneName`
 * throws), or if the name is known only at deployment.
 */
function zoneName(hostedZone: HostedZoneOption): string | undefined {
  if (typeof hostedZone === "string") return undefined;
  try {
    return Token.isUnresolved(hostedZone.zoneName) ? undefined : hostedZone.zoneName.toLowerCase().replace(/\.$/, "");
  } catch {
    return undefined;
  }
}

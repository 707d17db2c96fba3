import { Certificate, type ICertificate } from "aws-cdk-lib/aws-certificatemanager";
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
